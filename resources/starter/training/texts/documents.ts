// Guide topics: documents, citations, and the local API.

import { topic, type Topic } from './topic.ts'

export const DOCUMENTS: readonly Topic[] = [
  topic(
    'ask-document',
    'document',
    {
      how: '(ask|ask questions|ask something) about (a|my|the) (document|file|documents|files|PDF)|(add|use|open|attach|upload) (a|my) (document|file|PDF)|let you read a (document|file|book)|chat with (a PDF|my documents)',
      ask: [
        'Can you read (a document|my documents|a PDF|files|a book)?',
        'Where do I put my documents?',
        'Can I ask about my files?',
      ],
      held: [
        'How does one ask about a PDF?',
        'I have a long document and a question about it.',
        'Is it possible to give Roost a file?',
      ],
      answer:
        'Open the page Documents and press "Add documents", or use "Attach document" in a chat. Then ask: the answer names its passages.',
    },
    {
      how: '(就|对|关于)(文档|文件|PDF|我的文档)提问|(添加|上传|使用|打开)(文档|文件|PDF|我的文档)|让你读(文档|文件|书)',
      ask: ['你能读(文档|我的文档|PDF|文件|书)吗？', '文档放在哪里？', '可以问文件里的内容吗？'],
      held: ['想问 PDF 里的问题，怎么做？', '我有一份长文档，想问里面的内容。', '可以把文件给 Roost 吗？'],
      answer: '在“文档”页点“添加文档”，或在聊天里附加文档，然后提问。回答会写明依据的段落。',
    },
  ),
  topic(
    'file-types',
    'document',
    {
      ask: [
        'Which (file types|documents|files|document formats) (can Roost read|are supported|can I add|can I use)?',
        'Can (Roost|you) read (Word files|PDF files|EPUB|HTML|Markdown|CSV)?',
        'Is (PDF|Word|EPUB|docx) supported?',
      ],
      held: [
        'What kinds of documents can I use?',
        'Does Roost understand Word files?',
        'May I add an EPUB book?',
      ],
      answer:
        'Roost reads PDF, Word (.docx), HTML, Markdown, EPUB, CSV, plain text and source code. A scan without letters cannot be read.',
    },
    {
      ask: [
        '支持(哪些|什么)(文件|文档|文件类型|文档格式)？',
        '(Roost|你)能读(Word|PDF|EPUB|HTML|Markdown|CSV)吗？',
        '支持(PDF|Word|EPUB|docx)吗？',
      ],
      held: ['可以用哪几种文档？', 'Roost 看得懂 Word 文件吗？', '可以添加 EPUB 电子书吗？'],
      answer:
        'Roost 能读 PDF、Word（.docx）、HTML、Markdown、EPUB、CSV、纯文本和源代码。没有文字的扫描件读不了。',
    },
  ),
  topic(
    'read-fully',
    'document',
    {
      what: '"Read fully"|reading a document fully|full reading',
      how: 'let the model read a whole (book|document)|read a document fully|read a whole book',
      ask: [
        'What does "Read fully" (do|mean)?',
        'How long does it take to read a document?',
        'What is the difference between reading and searching?',
      ],
      held: [
        'When should I use "Read fully"?',
        'Can the model read the whole book once?',
        'What happens when a document is read fully?',
      ],
      answer:
        '"Read fully" lets the model read a whole document once and keeps the state. Each later question then costs only the question.',
    },
    {
      what: '“通读”|通读文档',
      how: '让模型(读完整本书|通读文档)|通读(一本书|文档|文件)',
      ask: ['“通读”(有什么用|是什么意思)？', '读一个文档要多久？', '通读和搜索有什么区别？'],
      held: ['什么时候该用“通读”？', '模型能把整本书读一遍吗？', '通读文档时会发生什么？'],
      answer: '“通读”让模型把整个文档读一遍并保存状态。以后每个问题只需读问题本身。',
    },
  ),
  topic(
    'citation',
    'document',
    {
      what: 'a citation|the number in brackets|a source|the Sources tab',
      how: 'see the source( of an answer|)|open (a|the) source|check (an answer|a citation)',
      ask: [
        'What does [1] mean?',
        'What do the numbers in brackets mean?',
        'Where does the answer come from?',
        'How do I know that the answer is in the document?',
      ],
      held: [
        'Why is there a [1] after the answer?',
        'Where do I find the passage of an answer?',
        'What are the citations for?',
      ],
      answer:
        'A number such as [1] names the passage that the answer rests on. Click it, and the source opens at that place.',
    },
    {
      what: '引用|方括号里的数字|来源|“来源”标签',
      how: '(查看|看|打开)来源|核对(回答|引用)',
      ask: ['[1] 是什么意思？', '方括号里的数字是什么？', '回答是从哪里来的？', '怎么知道回答在文档里？'],
      held: ['回答后面为什么有 [1]？', '在哪里能找到回答依据的段落？', '引用是做什么用的？'],
      answer: '[1] 这样的数字表示回答依据的段落。点它就会在那个位置打开来源。',
    },
  ),
  topic(
    'not-found',
    'document',
    {
      how: 'answer only from (the documents|my documents)|forbid guesses',
      ask: [
        'What happens (if|when) the answer is not in (the document|my documents)?',
        'Why does it say that the passage does not say that?',
        'What does "Answer only from documents" do?',
        'Do you invent answers?',
      ],
      held: [
        'What if my documents do not contain the answer?',
        'Will the model make something up?',
        'How can I avoid invented answers?',
      ],
      answer:
        'With "Answer only from documents" switched on, an answer says when the documents do not say it. Please check what matters all the same.',
    },
    {
      how: '只根据文档回答|(避免|禁止)瞎编',
      ask: [
        '(文档|我的文档)里没有答案(怎么办|会怎么样)？',
        '为什么说文中没有提到？',
        '“只根据文档回答”有什么用？',
        '你会编造答案吗？',
      ],
      held: ['如果文档里没有答案呢？', '模型会自己编吗？', '怎样避免编造的回答？'],
      answer: '打开“只根据文档回答”，文档里没有时回答会直说。重要的事情仍请自己核对。',
    },
  ),
  topic(
    'remove-document',
    'document',
    {
      how: '(remove|delete|erase|take out|throw away) (a|the|my|an old|this) (document|file|PDF)|remove (documents|files)|get rid of a document',
      ask: ['Can I remove a document?', 'What happens when I remove a document?'],
      held: [
        'I no longer need a document. How can I remove it?',
        'Which button removes a file?',
        'May I take a document out again?',
      ],
      answer:
        'Choose "Remove" beside the document on the page Documents. Its passages and kept states go; your own file is not touched.',
    },
    {
      how: '(删除|移除|删掉|去掉)(文档|一个文档|文件|PDF|这个文档|旧文档)',
      ask: ['可以移除文档吗？', '移除文档会怎么样？'],
      held: ['不需要的文档要怎么删？', '哪个按钮可以移除文件？', '文档能再拿出来吗？'],
      answer: '在“文档”页文档旁选“移除”。它的段落和保存的状态会一起消失，你自己的文件不受影响。',
    },
  ),
  topic(
    'document-privacy',
    'document',
    {
      ask: [
        'Where are my documents (stored|kept|saved)?',
        'Are my documents (uploaded|sent somewhere|private|safe)?',
        'Does Roost copy my documents?',
        'Who can read my documents?',
      ],
      held: [
        'Do my documents leave the computer?',
        'In which place are documents kept?',
        'Is a document uploaded anywhere?',
      ],
      answer:
        'Nothing is uploaded. Roost keeps a copy of your documents and their text in the data folder on your computer.',
    },
    {
      ask: [
        '我的文档(存|保存|放)在哪里？',
        '我的文档会(上传|发出去)吗？',
        '我的文档(安全|保密)吗？',
        'Roost 会复制我的文档吗？',
        '谁能看我的文档？',
      ],
      held: ['文档会离开我的电脑吗？', '文档保存在什么地方？', '文档会被上传到哪里吗？'],
      answer: '什么都不会上传。文档的副本和文字都存在你电脑上 Roost 的数据文件夹里。',
    },
  ),
  topic(
    'scanned',
    'document',
    {
      ask: [
        'Can you read (scanned|photographed) (PDFs|pages|documents)?',
        'Why is my PDF empty?',
        'My PDF (cannot be read|has no text|failed).',
        'Can you (see|look at) (images|pictures|photos)?',
        'Why did my document fail?',
      ],
      held: [
        'My document is a scan. Does that work?',
        'Roost says that my PDF has no text.',
        'Are scanned pages supported?',
      ],
      answer:
        'I cannot see pictures or scanned pages, only text. Let a program for text recognition make text of them, then add that file.',
    },
    {
      ask: [
        '能读(扫描的 PDF|扫描件|照片)吗？',
        '我的 PDF 为什么是空的？',
        '我的 PDF (读不了|没有文字|失败了)。',
        '你能看图片吗？',
        '我的文档为什么失败？',
      ],
      held: ['我的文档是扫描件，可以吗？', 'Roost 说我的 PDF 没有文字。', '支持扫描的页面吗？'],
      answer: '我看不了图片和扫描件，只能读文字。先用别的软件识别成文字，再添加那个文件。',
    },
  ),
  topic(
    'folder-watch',
    'document',
    {
      what: 'a collection|collections|a document collection',
      how: '(make|create) a collection|add a (whole |)folder of documents|watch a folder|group documents',
      ask: [
        'What are collections for?',
        'Does Roost notice when a file changes?',
        'Can I add a whole folder?',
      ],
      held: [
        'What happens when I change a file that I added?',
        'Can several documents be put together?',
        'How do I add many documents at once?',
      ],
      answer:
        'A collection groups documents that are searched together. With "Follow a folder" its files are read again when they change.',
    },
    {
      what: '文档集|集合',
      how: '(建|创建)文档集|添加(整个文件夹|一个文件夹的文档)|监视文件夹|把文档分组',
      ask: ['文档集有什么用？', '文件改了 Roost 会知道吗？', '可以添加整个文件夹吗？'],
      held: ['我改了添加过的文件会怎么样？', '几个文档能放在一起吗？', '怎么一次添加很多文档？'],
      answer: '文档集把几个文档放在一起搜索。用它关注一个文件夹，文件改了就会重新读。',
    },
  ),
  topic(
    'api',
    'none',
    {
      what: 'the local API|the API|the local server',
      how: '(use|turn on|start|enable) the (API|local API|server)|use Roost from (another program|Python|my own program)|connect another program',
      ask: [
        'Is there an API?',
        'Does Roost have an OpenAI-compatible API?',
        'Can other programs use my model?',
      ],
      held: [
        'Can I call the model from my own program?',
        'Is the OpenAI interface supported?',
        'How can another program talk to Roost?',
      ],
      answer: 'Other programs cannot use Roost yet: an API like that of OpenAI comes in a later version.',
    },
    {
      what: '本地 API|API|本地服务器',
      how: '(使用|打开|启动|启用)(API|本地 API|服务器)|从别的程序(使用|调用) Roost|连接别的程序',
      ask: ['有 API 吗？', 'Roost 有兼容 OpenAI 的 API 吗？', '别的程序能用我的模型吗？'],
      held: ['我自己的程序能调用模型吗？', '支持 OpenAI 接口吗？', '别的软件怎么和 Roost 通信？'],
      answer: '别的程序还不能使用 Roost：类似 OpenAI 的 API 要等以后的版本。',
    },
  ),
  topic(
    'headless',
    'none',
    {
      what: 'headless mode|the headless host',
      how: 'run Roost without a window|use Roost on a server|use Roost in a browser|run Roost headless|use Roost on a machine without a screen',
      ask: ['Does Roost run in a browser?', 'Can I use Roost on a server?', 'What does --headless do?'],
      held: [
        'My machine has no screen. Can I use Roost?',
        'Is there a version without a window?',
        'How do I open Roost in the browser?',
      ],
      answer:
        'Start it with "npm start -- --headless". It prints an address; open that in a browser on the same machine. No other machine can reach it.',
    },
    {
      what: '无窗口模式|headless 模式',
      how: '不开窗口运行 Roost|在(服务器|浏览器|没有屏幕的机器)上用 Roost',
      ask: ['Roost 能在浏览器里用吗？', '可以在服务器上用 Roost 吗？', '--headless 有什么用？'],
      held: ['我的机器没有屏幕，能用 Roost 吗？', '有没有不带窗口的版本？', '怎么在浏览器里打开 Roost？'],
      answer:
        '用“npm start -- --headless”启动。它会显示一个地址，在同一台电脑的浏览器里打开即可，别的电脑连不上。',
    },
  ),
]
