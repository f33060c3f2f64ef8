// Guide topics: what becomes of a person's data, and how the application looks and is renewed.

import { topic, type Topic } from './topic.ts'

export const DATA: readonly Topic[] = [
  topic(
    'data-folder',
    'none',
    {
      ask: [
        'Where (are|is) my data( stored| kept| saved|)?',
        'Where does Roost (keep|store|save) (my data|its data|my chats|everything)?',
        'Where are my (chats|conversations) (stored|saved|kept)?',
        'In which folder is my data?',
        'How do I find the data folder?',
        'Where is the (data folder|database)?',
      ],
      held: [
        'In what place are my chats kept?',
        'Which folder holds my conversations?',
        'Where can I find my data on the disk?',
      ],
      answer:
        'Your data is in one folder on your computer. Settings shows it under "Data folder" and can copy its path.',
    },
    {
      ask: [
        '我的数据(在哪里|在哪|存在哪里|保存在哪里)？',
        'Roost 把(数据|聊天|对话)(存|保存|放)在哪里？',
        '我的(聊天|对话)存在哪里？',
        '数据文件夹在哪里？',
        '数据库在哪里？',
        '怎么找到数据文件夹？',
      ],
      held: ['我的聊天放在哪个文件夹？', '在电脑的什么地方能找到我的数据？', '对话保存在什么位置？'],
      answer: '你的数据都在电脑上的一个文件夹里。“设置”里的“数据文件夹”会显示它的位置，并能复制路径。',
    },
  ),
  topic(
    'backup',
    'none',
    {
      how: 'back up my data|make a backup|save a copy of my data|back up my (chats|conversations)|make a backup of (everything|my chats)|keep a copy of everything',
      ask: ['Are there backups?', 'Does Roost make backups?', 'Is my data backed up?'],
      held: [
        'Does Roost keep backup copies?',
        'How often does Roost make a backup?',
        'Where can I start a backup?',
      ],
      answer:
        'Roost makes a backup by itself every day and before every update of its database. Five are kept. In Settings, "Back up now" makes another one.',
    },
    {
      how: '备份(数据|我的数据|聊天|对话|)|做一个备份|保存一份副本|备份所有内容',
      ask: ['有备份吗？', 'Roost 会自动备份吗？', '我的数据有备份吗？'],
      held: ['Roost 会保留备份吗？', '多久备份一次？', '备份按钮在哪里？'],
      answer:
        'Roost 每天都会自动备份，更新数据库之前也会备份，保留五份。在“设置”里点“立即备份”可以再做一份。',
    },
  ),
  topic(
    'restore',
    'none',
    {
      how: 'restore a backup|get my data back|go back to a backup|restore my data|recover (my data|my chats|lost data)|use a backup',
      ask: ['My data is gone, what now?', 'Can I restore a backup?'],
      held: [
        'How do I bring back an old backup?',
        'I lost my data. Can I restore it?',
        'What do I do to return to an older backup?',
      ],
      answer:
        'Settings lists the backups: press "Restore" beside one. What is there now is set aside, not deleted. A damaged database is replaced by itself at the next start.',
    },
    {
      how: '恢复(备份|数据|我的数据)|(还原|使用)备份|找回(数据|聊天|丢失的数据)|回到备份',
      ask: ['我的数据不见了怎么办？', '可以恢复备份吗？'],
      held: ['怎么把以前的备份还原回来？', '数据丢了，能恢复吗？', '怎样回到旧的备份？'],
      answer:
        '“设置”里列出所有备份：点其中一份旁边的“恢复”。现有的数据会另存，不会删除。如果数据库损坏，下次启动时会自动用最新的备份。',
    },
  ),
  topic(
    'disk-space',
    'none',
    {
      how: 'free (disk space|space|up space)|save disk space|make Roost smaller|get disk space back',
      ask: [
        'Why does Roost use so much (disk|space|disk space)?',
        'My disk is full, what can I do?',
        'How much disk space does Roost (use|need)?',
      ],
      held: [
        'Roost takes too much space on my disk.',
        'What can I delete to get more space?',
        'The disk is full. Help!',
      ],
      answer:
        'Models need the most space: delete those you do not use on the Models page. Settings limits the space for kept states; no text is lost.',
    },
    {
      how: '(释放|节省|清理|腾出)(磁盘|)空间|减少磁盘占用',
      ask: ['Roost 为什么占这么多(空间|磁盘)？', '磁盘满了怎么办？', 'Roost (要|占)多少磁盘空间？'],
      held: ['Roost 占的空间太大了。', '删掉什么可以腾出更多空间？', '硬盘没有空间了怎么办？'],
      answer: '模型最占空间：在“模型”页删除不用的模型。“设置”可以限制保存状态的空间，不会丢失文字。',
    },
  ),
  topic(
    'ui-language',
    'none',
    {
      how: 'change the language( of Roost|)|switch (to Chinese|to English|the language)|use Roost in Chinese|set the language of the (window|application|interface)',
      ask: ['Where is the language setting?', 'Is there a Chinese interface?'],
      held: [
        'How can the interface be shown in Chinese?',
        'Where can I choose another language for the menus?',
        'Can I have the menus in English?',
      ],
      answer:
        'Open Settings and choose the language there. The window is complete in English and Chinese, and the change works at once.',
    },
    {
      how: '(改|换|切换|设置)(界面|)语言|(切换|改)(成|到)(中文|英文)|用中文界面',
      ask: ['语言设置在哪里？', '有(中文|英文)界面吗？'],
      held: ['界面怎么显示成中文？', '在哪里可以选别的界面语言？', '菜单可以换成英文吗？'],
      answer: '打开“设置”就能选择语言。界面有完整的中文和英文，切换后立刻生效。',
    },
  ),
  topic(
    'dark',
    'none',
    {
      how: 'switch to dark mode|use (dark mode|a dark theme|the light theme)|change the (theme|colours|look)|make the window dark|turn on dark mode',
      ask: ['Is there a dark mode?', 'The window is too bright.'],
      held: ['Does Roost have a dark theme?', 'Can the window be dark?', 'I would like darker colours.'],
      answer:
        'Open Settings and look under Appearance: you can choose light, dark or the setting of your system.',
    },
    {
      how: '(打开|用|使用|切换到)(深色模式|暗色主题|浅色主题)|换(主题|颜色)|把界面变暗',
      ask: ['有(深色模式|夜间模式)吗？', '窗口太亮了。'],
      held: ['Roost 有暗色主题吗？', '窗口能变成深色吗？', '想要深一点的颜色。'],
      answer: '打开“设置”的“外观”部分：可以选浅色、深色或跟随系统。',
    },
  ),
  topic(
    'update',
    'none',
    {
      how: 'update Roost|get the (new|latest|newest) version|check for updates|install (an update|updates)',
      ask: ['Is there a new version?', 'Does Roost update itself?', 'Which version do I have?'],
      held: [
        'How does Roost get updated?',
        'Where do I look for a newer version?',
        'Are updates installed automatically?',
      ],
      answer:
        'Roost does not update itself. Get the newer version where you got this one; your conversations stay, and a backup is made first.',
    },
    {
      how: '(更新|升级) Roost|(获取|安装)新版本|检查更新|安装更新',
      ask: ['有新版本吗？', 'Roost 会自动更新吗？', '我的版本是多少？'],
      held: ['Roost 要怎么升级到新版？', '在哪里看有没有新版本？', '更新会自动安装吗？'],
      answer: 'Roost 不会自动更新。请到原来的地方取新版本来安装，你的对话会保留，更新前会先备份。',
    },
  ),
]
