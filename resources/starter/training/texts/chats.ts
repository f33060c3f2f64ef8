// Guide topics: conversations, messages, branches, snapshots.

import { topic, type Topic } from './topic.ts'

export const CHATS: readonly Topic[] = [
  topic(
    'new-chat',
    'conversation',
    {
      how: '(start|open|begin|create|make) a new (chat|conversation)|talk about something else|begin again',
      ask: [
        'Where is the new chat button?',
        'Can I have several chats?',
        'I want to talk about something new.',
      ],
      held: [
        'Which button opens a new chat?',
        'May I begin another conversation?',
        'Let us start a fresh chat. How?',
      ],
      answer:
        'Press "New chat" at the top of the sidebar. Your other conversations stay in the list and can be opened again at any time.',
    },
    {
      how: '(开始|新建|打开|创建)(新对话|新的对话|一个新聊天|新聊天)|聊别的事情|重新开始',
      ask: ['新对话按钮在哪里？', '可以有好几个对话吗？', '我想聊点新的。'],
      held: ['哪个按钮能打开新对话？', '可以再开一个对话吗？', '想重新聊，怎么开始？'],
      answer: '点侧栏上方的“新对话”。别的对话都留在列表里，随时可以再打开。',
    },
  ),
  topic(
    'delete-chat',
    'conversation',
    {
      how: '(delete|remove|erase|throw away) (a|the|this|an old|my) (chat|conversation)|get rid of (a|an old|this) (chat|conversation)|delete (all |)my chats|clear my (history|chats)',
      ask: ['Can I delete a (chat|conversation)?', 'Can I undo a deletion?'],
      held: [
        'I no longer need a conversation. How can I delete it?',
        'Which menu deletes a chat?',
        'Is it possible to delete old conversations?',
      ],
      answer:
        'Open "Conversation actions" beside the title in the sidebar and choose "Delete". You can undo it for thirty seconds.',
    },
    {
      how: '(删除|移除|删掉|清除)(对话|一个对话|聊天|聊天记录|旧对话|这个对话|所有对话)',
      ask: ['可以删除对话吗？', '删除以后能撤销吗？'],
      held: ['不需要的对话要怎么删？', '在哪个菜单里删除聊天？', '旧的对话可以删掉吗？'],
      answer: '在侧栏标题旁打开“对话操作”，选择“删除”。三十秒内可以撤销。',
    },
  ),
  topic(
    'rename-chat',
    'conversation',
    {
      how: '(rename|retitle) (a|the|this|my) (chat|conversation)|change the (title|name) of a (chat|conversation)|give a chat (a|another) (name|title)',
      ask: ['Can I rename a chat?', 'Where does the title come from?'],
      held: [
        'The title is wrong. How can I change it?',
        'May a conversation have another name?',
        'How does one change the title?',
      ],
      answer: 'Open "Conversation actions" beside the title in the sidebar and choose "Rename".',
    },
    {
      how: '(重命名|改名)(对话|一个对话|聊天)|(修改|改|更改)对话(的|)(标题|名字)|给对话(改名|起名字)',
      ask: ['对话可以改名吗？', '标题是从哪里来的？'],
      held: ['标题不对，怎么改？', '对话可以换个名字吗？', '怎样改聊天的标题？'],
      answer: '在侧栏标题旁打开“对话操作”，选择“重命名”。',
    },
  ),
  topic(
    'search-chats',
    'conversation',
    {
      how: '(search|search in|look through) my (chats|conversations|messages)|find (an old|a|a lost) (chat|message|conversation)|search for a word',
      ask: ['Is there a search?', 'Where can I search?', 'I cannot find an old chat.'],
      held: [
        'Where did my old conversation go? How do I find it?',
        'Can Roost search all messages?',
        'I am looking for an old message.',
      ],
      answer:
        'Type into "Search chats" in the sidebar. Roost searches all messages, also in Chinese, and jumps to the place.',
    },
    {
      how: '(搜索|查找|找)(聊天|对话|消息|旧对话|聊天记录|以前的消息)|找一个词',
      ask: ['有搜索吗？', '在哪里搜索？', '我找不到以前的对话。'],
      held: ['以前的对话去哪里了？怎么找？', 'Roost 能搜索所有消息吗？', '我在找一条旧消息。'],
      answer: '在侧栏的“搜索对话”里输入文字。Roost 会搜索所有消息，并跳到那个位置。',
    },
  ),
  topic(
    'export',
    'conversation',
    {
      how: '(export|save|share|print) (a|my|the|this) (chat|conversation)|save a chat as (Markdown|a file|text)|export (my chats|everything)|send a chat to a friend',
      ask: ['Can I export a chat?', 'In which formats can I export?'],
      held: [
        'Is there an export function?',
        'Can a conversation be saved as a file?',
        'How do I get my chat out of Roost?',
      ],
      answer:
        'Choose "Export" in "Conversation actions": as Markdown, HTML or JSON, with or without the thinking. JSON can be imported again.',
    },
    {
      how: '(导出|保存|分享|打印)(对话|聊天|一个对话|聊天记录|这个对话)|把(对话|聊天)存成(文件|Markdown)',
      ask: ['对话可以导出吗？', '可以导出成什么格式？'],
      held: ['有导出功能吗？', '对话能保存成文件吗？', '怎么把聊天拿出 Roost？'],
      answer: '在“对话操作”里选“导出”：可以是 Markdown、HTML 或 JSON，思考内容可要可不要。JSON 能再导入。',
    },
  ),
  topic(
    'import',
    'conversation',
    {
      how: 'import (a chat|chats|conversations|my ChatGPT chats|an archive|my old chats)|bring my chats from (ChatGPT|another program)|move my chats to Roost',
      ask: ['Can I import (chats|my ChatGPT archive|conversations)?', 'Does Roost read ChatGPT archives?'],
      held: [
        'I have chats in ChatGPT. Can I take them along?',
        'Is there an import function?',
        'Can old conversations be imported?',
      ],
      answer:
        'Choose "Import" in Settings. Roost reads its own JSON export and the archive that ChatGPT gives you.',
    },
    {
      how: '导入(对话|聊天|ChatGPT 的聊天|存档|旧聊天)|把(聊天|对话)从(ChatGPT|别的软件)搬过来',
      ask: ['可以导入(对话|聊天|ChatGPT 存档)吗？', 'Roost 能读 ChatGPT 的存档吗？'],
      held: ['我在 ChatGPT 有聊天，能带过来吗？', '有导入功能吗？', '旧的对话能导进来吗？'],
      answer: '在“设置”里选“导入”。Roost 能读自己导出的 JSON 和 ChatGPT 给你的存档。',
    },
  ),
  topic(
    'edit-message',
    'answer',
    {
      how: '(edit|change|correct|rewrite) (a|my|an old|the last) (message|question)|fix a (typo|mistake in my question)',
      ask: ['Can I edit a message?', 'I made a typo.', 'What happens when I edit a message?'],
      held: [
        'There is a mistake in my question. Can I change it?',
        'May I correct what I wrote?',
        'How can an old message be edited?',
      ],
      answer:
        'Press "Edit" under your message, change it and send. The old version stays as a branch; arrows lead back to it.',
    },
    {
      how: '(编辑|修改|改|更正)(消息|我的消息|问题|以前的消息|上一条消息)|改(错字|错别字)',
      ask: ['可以编辑消息吗？', '我打错字了。', '编辑消息会怎么样？'],
      held: ['我的问题写错了，可以改吗？', '写过的内容能更正吗？', '旧的消息要怎么编辑？'],
      answer: '点消息下面的“编辑”，改好后发送。旧版本作为分支保留，用箭头可以回去。',
    },
  ),
  topic(
    'regenerate',
    'answer',
    {
      how: '(regenerate|repeat|redo) (an|the) answer|get (another|a different|a better|a new) answer|ask the same question again|try again',
      ask: ['I do not like the answer.', 'Can I have another answer?', 'The answer is bad.'],
      held: [
        'This answer is not good. Can I get a new one?',
        'How can the answer be made once more?',
        'Could the model try once more?',
      ],
      answer:
        'Press "Regenerate" under the answer. The earlier answer is kept, and the arrows "Previous version" and "Next version" switch between them.',
    },
    {
      how: '(重新生成|重做)(回答|答案)|(得到|换)(另一个|不同的|更好的|新的)(回答|答案)|再(试|问)一次',
      ask: ['我不喜欢这个回答。', '可以换一个回答吗？', '回答不好怎么办？'],
      held: ['这个回答不好，能换新的吗？', '怎么让回答再来一遍？', '可以让模型再试一遍吗？'],
      answer: '点回答下面的“重新生成”。先前的回答会保留，用“上一个版本”和“下一个版本”切换。',
    },
  ),
  topic(
    'branch',
    'conversation',
    {
      what: 'a branch|branches|branching|"Branch from here"',
      how: 'make a branch|branch (a|the) (chat|conversation)|go back to an earlier (message|point)|try another direction',
      ask: [
        'What does "Branch from here" do?',
        'Can I go back to an earlier message?',
        'Why are there branches?',
      ],
      held: [
        'What are branches good for?',
        'I want to return to an earlier point of the chat.',
        'How does branching work?',
      ],
      answer:
        'Press "Branch from here" under any message to go on from that point. The snapshot is copied, so it costs no reading, and the old way stays.',
    },
    {
      what: '分支|“从这里分支”',
      how: '(创建|建|开)分支|回到(以前|之前|先前)的消息|试另一个方向',
      ask: ['“从这里分支”有什么用？', '可以回到以前的消息吗？', '为什么有分支？'],
      held: ['分支有什么好处？', '想回到对话前面的某一点。', '分支是怎么工作的？'],
      answer: '在任意消息下点“从这里分支”，就从那一点继续。快照会被复制，不用重读，原来的路也保留。',
    },
  ),
  topic(
    'stop',
    'answer',
    {
      how: '(stop|interrupt|cancel|end|abort) (an|the) answer|stop (the model|you|writing|the text)|make it stop',
      ask: ['Can I stop an answer?', 'What happens when I press Stop?', 'The answer is too long.'],
      held: [
        'The model does not stop writing. What can I do?',
        'Which key stops an answer?',
        'How does one interrupt the model?',
      ],
      answer: 'Press "Stop" or the Esc key. What was written is kept, and "Continue" goes on from there.',
    },
    {
      how: '(停止|中断|打断|结束|取消)(回答|模型|生成|输出)|让(它|你|模型)停下来',
      ask: ['可以停止回答吗？', '点“停止”会怎么样？', '回答太长了。'],
      held: ['模型一直在写，怎么办？', '哪个键可以停止回答？', '怎么打断模型？'],
      answer: '点“停止”或按 Esc 键。已经写的内容会保留，点“继续”可以接着写。',
    },
  ),
  topic(
    'continue',
    'answer',
    {
      how: '(continue|finish|go on with|complete) (an|the) answer|let the model go on|make the answer longer',
      ask: [
        'The answer was cut off.',
        'The answer is not (complete|finished).',
        'What does "Continue" do?',
        'Why did the answer stop?',
      ],
      held: [
        'The answer ends in the middle. What now?',
        'Can a stopped answer go on?',
        'How can the model finish its answer?',
      ],
      answer:
        'Press "Continue" under the answer. Roost goes on from the stored state, without reading anything again.',
    },
    {
      how: '(继续|接着|完成)(回答|写|生成)|让模型(继续|接着写)|让回答更长',
      ask: ['回答被截断了。', '回答没有(完|写完|结束)。', '“继续”有什么用？', '回答为什么停了？'],
      held: ['回答到一半就没了，怎么办？', '停下的回答能接着写吗？', '怎样让模型把回答写完？'],
      answer: '点回答下面的“继续”。Roost 从保存的状态接着写，什么都不用重读。',
    },
  ),
  topic(
    'parallel',
    'answer',
    {
      what: 'parallel answers|the button "Answers"',
      how: 'get (several|two|four|many|more) answers (at once|at the same time|)|compare answers|make parallel answers',
      ask: ['Can I get several answers?', 'Can I compare answers?', 'How many answers can I get at once?'],
      held: [
        'Could the model give me four answers at once?',
        'Is it possible to compare answers side by side?',
        'I want more than one answer.',
      ],
      answer:
        'Set "Answers" beside the message box to 2 to 16. Roost writes them side by side from one state, and you go on with any of them.',
    },
    {
      what: '并行回答|“回答数”按钮',
      how: '(得到|生成|要)(几个|两个|四个|多个)回答|比较(回答|答案)|同时生成多个回答',
      ask: ['可以有多个回答吗？', '可以比较回答吗？', '一次最多几个回答？'],
      held: ['模型能一次给我四个回答吗？', '能并排比较答案吗？', '我想要不止一个回答。'],
      answer: '把输入框旁的“回答数”设为 2 到 16。Roost 会从同一个状态并排写出，你可以选任意一个继续。',
    },
  ),
  topic(
    'system-prompt',
    'conversation',
    {
      what: 'a system prompt|the system prompt',
      how: '(set|change|write|use) (a|the) system prompt|give the model a role|change how the model behaves|tell the model how to behave',
      ask: ['Where is the system prompt?', 'What should I write in the system prompt?'],
      held: [
        'What is a system prompt good for?',
        'Can I give the model fixed instructions?',
        'In which place do I enter the system prompt?',
      ],
      answer:
        'The system prompt tells the model who it is and how to answer. Choose "System prompt" in "Conversation actions"; it belongs to the conversation.',
    },
    {
      what: '系统提示|系统提示词',
      how: '(设置|修改|写|使用)系统提示(词|)|给模型(一个角色|设定角色)|改变模型的行为',
      ask: ['系统提示在哪里？', '系统提示里写什么？'],
      held: ['系统提示词有什么好处？', '可以给模型固定的指示吗？', '在什么地方输入系统提示？'],
      answer: '系统提示词告诉模型它是谁、怎样回答。在“对话操作”里选“系统提示词”，它属于这个对话。',
    },
  ),
  topic(
    'snapshot',
    'snapshot',
    {
      what: 'a snapshot|snapshots|a state snapshot|the snapshot of a conversation',
      ask: [
        'What are snapshots (for|good for)?',
        'Why does Roost make snapshots?',
        'What does a snapshot (do|contain)?',
        'When is a snapshot made?',
      ],
      held: [
        'What would I need a snapshot for?',
        'What is stored in a snapshot?',
        'Why are there snapshots?',
      ],
      answer:
        'A snapshot is the state of the model after a message, saved on disk. With it a conversation goes on at once, without reading the text again.',
    },
    {
      what: '快照|状态快照|对话的快照',
      ask: ['快照有什么用？', 'Roost 为什么要做快照？', '快照里有什么？', '什么时候做快照？'],
      held: ['为什么需要快照？', '快照里保存了什么？', '快照是用来干什么的？'],
      answer: '快照是某条消息之后模型的状态，保存在磁盘上。有了它，对话可以马上继续，不用重读文字。',
    },
  ),
  topic(
    'snapshot-size',
    'snapshot',
    {
      how: '(change|set|limit) the (space for snapshots|snapshot budget|size of the snapshots)',
      ask: [
        'How (big|large) is a snapshot?',
        'How much (space|disk space) do snapshots (need|use|take)?',
        'What is the snapshot budget?',
        'How many snapshots are kept?',
      ],
      held: [
        'Do snapshots take much space?',
        'What size does one snapshot have?',
        'How much room do the snapshots need on disk?',
      ],
      answer:
        'A snapshot takes a few megabytes: about 13 MB for a 1.5B model. Roost keeps them within a budget that you set, and drops old ones first.',
    },
    {
      how: '(修改|设置|限制)快照(空间|预算|的大小)',
      ask: ['快照有多大？', '快照(占|要|需要)多少(空间|磁盘空间)？', '快照预算是什么？', '会保留多少快照？'],
      held: ['快照很占地方吗？', '一个快照的大小是多少？', '快照在磁盘上要多少地方？'],
      answer: '一个快照只有几兆字节，1.5B 模型约 13 MB。Roost 把快照控制在你设定的预算内，先清理旧的。',
    },
  ),
  topic(
    'delete-snapshot',
    'snapshot',
    {
      how: '(delete|remove|clear|drop) (a snapshot|snapshots|the snapshots|all snapshots|old snapshots)',
      ask: [
        'Can I delete snapshots?',
        'Is it safe to delete snapshots?',
        'What happens when a snapshot is (lost|deleted|missing|damaged)?',
        'Do I lose my chat without its snapshot?',
      ],
      held: [
        'What is lost when I delete all snapshots?',
        'A snapshot is gone. Is my chat lost?',
        'May I delete old snapshots?',
      ],
      answer:
        'Yes, snapshots can be dropped safely: lower "Disk space for kept states" in Settings. The text is kept, and Roost makes a snapshot again by reading it.',
    },
    {
      how: '(删除|清理|清除|移除)(快照|旧快照|所有快照)',
      ask: [
        '可以删除快照吗？',
        '删除快照安全吗？',
        '快照(丢了|坏了|没有了)会怎么样？',
        '没有快照对话会丢吗？',
      ],
      held: ['删掉所有快照会丢什么？', '快照没了，我的对话还在吗？', '旧的快照能删吗？'],
      answer:
        '可以，把“设置”里“保存状态的磁盘空间”调小就能安全清理快照。文字会保留，Roost 会重读文字再做快照。',
    },
  ),
  topic(
    'resume',
    'conversation',
    {
      how: "(continue|resume|reopen) (an old|a|yesterday's) (chat|conversation)|go on with an old (chat|conversation)",
      ask: [
        'What happens when I close Roost?',
        'Are my chats saved (automatically|)?',
        'Do I have to save my chat?',
        'Can I go on tomorrow?',
        'Is my conversation still there after a restart?',
      ],
      held: [
        'Do I lose my chat when I quit Roost?',
        'Can an old conversation be continued?',
        'Must I save anything before I close the window?',
      ],
      answer:
        'Just close Roost; everything is saved by itself. Open the conversation again, even a month later, and it goes on at once.',
    },
    {
      how: '(继续|恢复|重新打开)(旧对话|以前的对话|昨天的对话|旧聊天)',
      ask: [
        '关掉 Roost 会怎么样？',
        '聊天会(自动|)保存吗？',
        '我要自己保存对话吗？',
        '明天可以接着聊吗？',
        '重启以后对话还在吗？',
      ],
      held: ['退出 Roost 会丢失对话吗？', '以前的对话能接着聊吗？', '关窗口之前要保存什么吗？'],
      answer: '直接关掉就行，一切都会自动保存。就算一个月后再打开对话，也能马上继续。',
    },
  ),
  topic(
    'crash',
    'none',
    {
      ask: [
        'What happens (if|when) (Roost|the computer|the program) crashes?',
        'What if the power fails?',
        'Roost crashed.',
        'Did I lose anything in the crash?',
        'What if my computer shuts down during an answer?',
      ],
      held: [
        'Is my text lost after a crash?',
        'The power went off. Is everything gone?',
        'What is lost when the program crashes?',
      ],
      answer:
        'At most one second of a running answer is lost. Your messages are saved before the answer begins, and the answer is marked as interrupted.',
    },
    {
      ask: [
        '(Roost|电脑|程序)崩溃了(会|)怎么(样|办)？',
        '(断电|停电)怎么办？',
        'Roost 崩溃了。',
        '崩溃会丢东西吗？',
        '回答时电脑关机了怎么办？',
      ],
      held: ['崩溃以后文字会丢吗？', '突然停电，内容都没了吗？', '程序崩溃会损失什么？'],
      answer: '最多丢失正在写的一秒钟内容。你的消息在回答前就已保存，没写完的回答会标为“中断”。',
    },
  ),
]
