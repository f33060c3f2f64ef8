// Guide topics: finding, fetching, keeping and running models; the machine they run on.

import { topic, type Topic } from './topic.ts'

export const MODELS: readonly Topic[] = [
  topic(
    'download-model',
    'model',
    {
      how: '(download|get|install|fetch) (a|a new|another|a bigger|a larger|the first) model|download (models|RWKV|a model file)|get more models|add a new model',
      ask: [
        'Where (can I|do I) (download|get|find) (models|a model|new models|other models)?',
        'Where are the models?',
        'I need a (better|larger|bigger) model.',
      ],
      held: [
        'Which steps are needed to download a model?',
        'From where do I get a bigger model?',
        'I want a new model. Where is it?',
      ],
      answer:
        'Open the Models page, choose a model in the catalogue and press "Download". The button shows the size, and the file is checked when it is complete.',
    },
    {
      how: '(下载|获取|安装|添加)(模型|新模型|一个模型|更大的模型|别的模型|第一个模型)|得到更多模型',
      ask: [
        '(在哪里|去哪里|哪里可以)(下载|找|找到)(模型|新模型|别的模型)？',
        '模型在哪里下载？',
        '我需要一个更(好|大)的模型。',
      ],
      held: ['下载一个模型需要哪些步骤？', '从哪里可以得到更大的模型？', '我要一个新模型，它在哪里？'],
      answer: '打开“模型”页，在目录里选一个模型，点“下载”。按钮上写着大小，下载完会校验文件。',
    },
  ),
  topic(
    'pause-download',
    'model',
    {
      how: '(pause|stop|continue|resume|interrupt) (a|the|my) download|go on with a download|cancel (a|the) download',
      ask: [
        'Can I (pause|stop) a download?',
        'What happens if the (network|connection|internet) (fails|breaks|is lost)?',
        'My download (stopped|was interrupted|broke off).',
        'Do I lose the download when I close Roost?',
      ],
      held: [
        'Is it possible to pause a download?',
        'The connection broke during the download. What now?',
        'Can a download go on later?',
      ],
      answer:
        'Press "Pause", and later "Resume", on the Models page. A download also goes on by itself after a lost connection or a restart; nothing is fetched twice.',
    },
    {
      how: '(暂停|停止|继续|恢复|取消)(下载|一个下载|正在进行的下载)',
      ask: [
        '下载可以暂停吗？',
        '(断网了|网络断了|连接断了)怎么办？',
        '我的下载(停了|中断了)。',
        '关掉 Roost 下载会丢吗？',
      ],
      held: ['能不能暂停下载？', '下载时断线了，现在怎么办？', '下载可以以后再继续吗？'],
      answer: '在“模型”页点“暂停”，以后点“继续”。断网或重启后下载也会自己接着进行，不会重复下载。',
    },
  ),
  topic(
    'slow-download',
    'model',
    {
      how: '(use|choose|change|add) a mirror|make (the download|downloads) faster|set a proxy|use another download server',
      ask: [
        'Why is (the|my) download (so |)slow?',
        'The download is (too |very |)slow.',
        'Is there a mirror?',
        'I cannot reach Hugging Face.',
      ],
      held: [
        'My download takes forever.',
        'What can I do about slow downloads?',
        'Can I download from a mirror?',
      ],
      answer:
        'Choose a mirror or enter your own address in Settings. Roost measures the sources and takes the fastest; the file is checked either way.',
    },
    {
      how: '(使用|选择|更换|添加)镜像|(加快|加速)下载|设置代理|换下载(源|服务器)',
      ask: ['下载为什么(这么|)慢？', '下载(太|很)慢。', '有镜像吗？', '连不上 Hugging Face 怎么办？'],
      held: ['下载要等太久了。', '下载速度慢该怎么办？', '可以从镜像下载吗？'],
      answer: '在“设置”里选择镜像或填写自己的地址。Roost 会测速并选最快的来源，文件照样会校验。',
    },
  ),
  topic(
    'model-folder',
    'model',
    {
      ask: [
        'Where are (my |the |downloaded )(models|model files) (stored|saved|kept)?',
        'Where does Roost (keep|store|save|put) (the models|models|model files|downloads)?',
        'In which folder are the models?',
        'Where do downloads go?',
        'Where is the model folder?',
      ],
      held: [
        'Which folder holds the models?',
        'In what place are downloaded models kept?',
        'Where on my disk is the model file?',
      ],
      answer:
        'Models are in the folder "models" inside the data folder of Roost. Files in other folders can be added on the Models page and stay where they are.',
    },
    {
      ask: [
        '(模型|模型文件|下载的模型)(存|保存|放)在哪里？',
        'Roost 把模型(存|放|保存)在哪里？',
        '模型在哪个文件夹？',
        '下载的文件在哪里？',
        '模型文件夹在哪里？',
      ],
      held: ['哪个文件夹里有模型？', '下载好的模型放在什么地方？', '模型文件在磁盘的什么位置？'],
      answer: '模型在 Roost 数据文件夹的“models”里。别处的文件可以在“模型”页添加，并留在原处。',
    },
  ),
  topic(
    'delete-model',
    'model',
    {
      how: '(delete|remove|uninstall|throw away|erase) (a|the|an old|this) model|get rid of (a|the|an old) model|delete (models|a model file)',
      ask: ['Can I delete a model?', 'What happens when I delete a model?'],
      held: [
        'I no longer need a model. How can I delete it?',
        'Which button deletes a model?',
        'May I remove a model that I do not use?',
      ],
      answer:
        'On the Models page press "Delete" beside the installed model. Roost shows how much space becomes free; your conversations stay.',
    },
    {
      how: '(删除|移除|卸载|删掉|去掉)(模型|一个模型|旧模型|这个模型|不用的模型)',
      ask: ['可以删除模型吗？', '删除模型会怎么样？'],
      held: ['不需要的模型要怎么删？', '哪个按钮可以删除模型？', '不用的模型可以去掉吗？'],
      answer: '在“模型”页点已安装模型旁边的“删除”。Roost 会显示释放多少空间，你的对话都会保留。',
    },
  ),
  topic(
    'switch-model',
    'model',
    {
      how: '(switch|change|choose|select|pick) (the|a|to another|to a different) model|use (another|a different|my new) model|change models|load a model',
      ask: [
        'Where do I choose the model?',
        'Can I use a different model in each chat?',
        'How do I start using the model I downloaded?',
      ],
      held: [
        'Where can another model be selected?',
        'I downloaded a model. How do I use it now?',
        'Can I change the model in the middle of a chat?',
      ],
      answer:
        'Click the model name at the top of the window and choose another one. Each conversation remembers its own model.',
    },
    {
      how: '(切换|更换|换|选择|改)(模型|别的模型|另一个模型|成别的模型)|(使用|用)(另一个|别的|新)模型|加载模型',
      ask: ['在哪里选择模型？', '每个对话可以用不同的模型吗？', '下载的模型怎么开始用？'],
      held: ['哪里可以选另外一个模型？', '模型下载好了，现在怎么用它？', '聊到一半可以换模型吗？'],
      answer: '点窗口上方的模型名字，再选另一个模型。每个对话都会记住自己的模型。',
    },
  ),
  topic(
    'own-file',
    'model',
    {
      how: '(open|load|use|add|import) (my own model|a local model|a model file|a model from my disk|a file that I have)|add a (folder|model folder)|use a model I already have',
      ask: [
        'I already have a model file.',
        'Can I use my own model( file|)?',
        'Can I add a folder with models?',
      ],
      held: [
        'There is a model on my disk. Can Roost use it?',
        'How can a model that I already own be used?',
        'Is it possible to load a local file?',
      ],
      answer:
        'Press "Add a model file" on the Models page and choose the file. Roost uses it where it lies, without a copy.',
    },
    {
      how: '(打开|加载|使用|添加|导入)(自己的模型|本地模型|模型文件|已有的模型|电脑里的模型)|添加(模型|)文件夹',
      ask: ['我已经有模型文件了。', '可以用自己的模型吗？', '可以添加放模型的文件夹吗？'],
      held: ['我的硬盘上有一个模型，Roost 能用吗？', '手里已有的模型怎么用？', '可以加载本地文件吗？'],
      answer: '在“模型”页点“添加模型文件”，选择文件。Roost 直接在原处使用它，不会复制。',
    },
  ),
  topic(
    'hugging-face',
    'model',
    {
      how: '(add|use|download|get) a model from Hugging Face|add a Hugging Face (repository|model|link)|download from a link|use a model that is not in the catalogue',
      ask: [
        'Can I add models from Hugging Face?',
        'The model I want is not in the catalogue.',
        'Can I enter an address?',
      ],
      held: [
        'How does Roost get a model from Hugging Face?',
        'My model is missing in the catalogue.',
        'Is Hugging Face supported?',
      ],
      answer:
        'Press "Add from Hugging Face" on the Models page and enter the repository or a direct address. Only RWKV models work.',
    },
    {
      how: '(添加|使用|下载)(Hugging Face 的模型|Hugging Face 模型|目录里没有的模型)|从(Hugging Face|链接)下载|添加 Hugging Face 仓库',
      ask: ['可以添加 Hugging Face 的模型吗？', '目录里没有我要的模型。', '可以输入地址吗？'],
      held: ['Roost 怎么从 Hugging Face 得到模型？', '目录里找不到我的模型。', '支持 Hugging Face 吗？'],
      answer: '在“模型”页点“从 Hugging Face 添加”，输入仓库或直接地址。只能用 RWKV 模型。',
    },
  ),
  topic(
    'fit',
    'model',
    {
      what: 'the label "Fits"|the label "May be slow"|the label "Won\'t fit"',
      ask: [
        'Will (a|the|this) model (fit|run) on my (computer|machine|laptop)?',
        'What does ("Fits"|"May be slow"|"Won\'t fit") mean?',
        'How do I know if a model fits?',
        'Is my computer (good|strong|fast) enough?',
        'Can my computer run (1.5B|2.9B|a large model)?',
      ],
      held: [
        'Is this model too big for my laptop?',
        'How can I see whether my machine can run a model?',
        'Does 2.9B run on my computer?',
      ],
      answer:
        'Each model in the catalogue has a label: "Fits", "May be slow" or "Won\'t fit". Roost works it out from your memory and disk before you download.',
    },
    {
      what: '“适合”标签|“可能较慢”标签|“放不下”标签',
      ask: [
        '(模型|这个模型)能在我的电脑上(运行|跑)吗？',
        '“适合”是什么意思？',
        '“可能较慢”是什么意思？',
        '怎么知道模型能不能运行？',
        '我的电脑够(好|快|强)吗？',
        '我的电脑能跑(1.5B|2.9B|大模型)吗？',
      ],
      held: ['这个模型对我的电脑来说太大吗？', '怎么看电脑能不能跑一个模型？', '2.9B 在我的电脑上能运行吗？'],
      answer: '目录里每个模型都有标签：“适合”“可能较慢”或“放不下”。Roost 在下载前就根据内存和磁盘算好。',
    },
  ),
  topic(
    'which-model',
    'model',
    {
      ask: [
        'Which model should I (use|take|download|choose|get)?',
        'Which model is (best|good|the best)?',
        'What model do you recommend?',
        'Can you recommend a model?',
        'Which model fits my computer?',
        'What is a good model for (me|chat|a beginner|my laptop)?',
        'What is the best model?',
      ],
      held: [
        'Which model would you advise me to take?',
        'Please recommend a model.',
        'What model is right for me?',
      ],
      answer:
        'With 4 GB of free memory take RWKV-7 G1 1.5B; on a small machine take 0.4B; with 8 GB take 2.9B. All are on the Models page.',
    },
    {
      ask: [
        '我该(用|选|下载)(哪个|什么)模型？',
        '哪个模型(最好|好|比较好)？',
        '你推荐(哪个|什么)模型？',
        '推荐一个模型。',
        '什么模型适合我(的电脑|)？',
        '(新手|聊天)用什么模型好？',
        '最好的模型是哪个？',
      ],
      held: ['你建议我用哪一个模型？', '请推荐一款模型给我。', '适合我的模型是哪个？'],
      answer: '有 4 GB 空闲内存就用 RWKV-7 G1 1.5B；小机器用 0.4B；有 8 GB 用 2.9B。它们都在“模型”页。',
    },
  ),
  topic(
    'convert',
    'model',
    {
      how: '(convert|quantise|quantize|shrink|compress) (a|the|my) model|make a model smaller|turn a pth file into GGUF|convert a model to GGUF',
      ask: ['Can Roost convert models?', 'What does "Convert" do?', 'Can I make a model smaller?'],
      held: [
        'Is there a tool to convert a model?',
        'How does one quantise a model in Roost?',
        'My model is too big. Can it be made smaller?',
      ],
      answer:
        'Press "Convert" beside an installed model and choose the kind of weights. Roost writes a GGUF file and checks the result; the old file stays.',
    },
    {
      how: '(转换|量化|压缩|缩小)(模型|一个模型|我的模型)|把模型(变小|转成 GGUF)|把 pth 转成 GGUF',
      ask: ['Roost 能转换模型吗？', '“转换”是做什么的？', '可以把模型变小吗？'],
      held: ['有转换模型的工具吗？', '在 Roost 里怎么量化一个模型？', '模型太大了，能变小吗？'],
      answer: '点已安装模型旁边的“转换”，选择权重类型。Roost 会写出 GGUF 文件并检查结果，旧文件会保留。',
    },
  ),
  topic(
    'verify',
    'model',
    {
      how: '(verify|check) (a|the|my) (model|download|model file|file)|test whether a model file is complete',
      ask: [
        'Is my download (complete|correct|safe|damaged)?',
        'How do I know that the file is (right|complete|not damaged)?',
        'What does "Verify" do?',
        'What is a checksum?',
        'My model file is (damaged|broken).',
      ],
      held: [
        'Can Roost tell me whether a file is damaged?',
        'How is a download checked?',
        'I think my model file is broken.',
      ],
      answer:
        'Roost checks the SHA-256 checksum of every download. Press "Verify" to check again; damaged parts are fetched anew.',
    },
    {
      how: '(验证|校验|检查)(模型|下载|模型文件|文件)',
      ask: [
        '我的下载(完整|正确|安全|坏了)吗？',
        '怎么知道文件(没坏|是对的|完整)？',
        '“校验”是做什么的？',
        '什么是校验和？',
        '我的模型文件坏了。',
      ],
      held: ['Roost 能告诉我文件有没有损坏吗？', '下载是怎么检查的？', '我觉得模型文件坏掉了。'],
      answer: 'Roost 会检查每个下载的 SHA-256 校验和。点“校验”可以再查一次，损坏的部分会重新下载。',
    },
  ),
  topic(
    'unload',
    'model',
    {
      how: '(unload|close) (a|the) model|free (memory|RAM)|give the memory back|take the model out of memory',
      ask: [
        'Does Roost give the memory back?',
        'Roost uses too much memory.',
        'Why does Roost use so much (memory|RAM)?',
      ],
      held: [
        'How does the memory become free again?',
        'The RAM is full because of Roost.',
        'Which button takes a model out of memory?',
      ],
      answer:
        'Press "Unload" in the model picker or on the Models page. The memory is free at once; the next question loads the model again.',
    },
    {
      how: '(卸载|关闭|退出)内存里的模型|(释放|归还)内存|把模型从内存中移出',
      ask: ['Roost 会归还内存吗？', 'Roost 占内存太多了。', 'Roost 为什么占这么多内存？'],
      held: ['怎么让内存重新空出来？', '内存被 Roost 占满了。', '哪个按钮能把模型移出内存？'],
      answer: '在模型选择器或“模型”页点“卸载”，内存马上释放。下次提问时会再加载模型。',
    },
  ),
  topic(
    'gpu',
    'none',
    {
      how: 'use (my graphics card|the GPU|my GPU|an NVIDIA card|CUDA)|turn on the GPU|run on the graphics card',
      ask: [
        'Does Roost (use|support) (the GPU|my graphics card|CUDA|NVIDIA|AMD)?',
        'Do I need a (graphics card|GPU)?',
        'Why is my (GPU|graphics card) not used?',
        'Can you use my graphics card?',
      ],
      held: ['Will my NVIDIA card be used?', 'Is a GPU necessary?', 'How does Roost find my graphics card?'],
      answer:
        'You need no graphics card: Roost runs on the processor. In Settings, "Device" tells what computes the models, and you can choose another device there.',
    },
    {
      how: '(使用|用|启用|打开)(显卡|GPU|英伟达显卡|CUDA)|在显卡上运行',
      ask: [
        'Roost 支持(显卡|GPU|CUDA|英伟达)吗？',
        '需要显卡吗？',
        '为什么不用我的显卡？',
        '你能用我的显卡吗？',
      ],
      held: ['我的英伟达显卡会被用到吗？', '一定要有显卡吗？', 'Roost 怎么找到我的显卡？'],
      answer:
        '不需要显卡，Roost 用处理器就能运行。“设置”的“设备”会显示用什么计算模型，也可以在那里换一个设备。',
    },
  ),
  topic(
    'apple',
    'none',
    {
      ask: [
        'Does Roost (use|support) (Metal|Apple silicon|the M1|the M2|Apple chips)?',
        'Is my (Mac|MacBook) fast enough?',
        'Does it run on (Apple silicon|an M1|an M2|a MacBook)?',
        'What is Metal?',
      ],
      held: ['Are Apple chips supported?', 'How does Roost use a Mac?', 'Does the GPU of my Mac help?'],
      answer:
        'Roost runs on a Mac with Apple silicon, on the cores of the processor. Under Hardware on the page Models you see what is used.',
    },
    {
      ask: [
        'Roost 支持(Metal|苹果芯片|M1|M2)吗？',
        '我的(苹果电脑|MacBook)够快吗？',
        '能在(苹果芯片|M1|M2)上运行吗？',
        '什么是 Metal？',
      ],
      held: ['苹果芯片支持吗？', 'Roost 在苹果电脑上怎么运行？', '苹果电脑的 GPU 有用吗？'],
      answer: 'Roost 能在苹果芯片的电脑上运行，用处理器的核心计算。“模型”页的“硬件”会显示用的是什么。',
    },
  ),
  topic(
    'slow',
    'none',
    {
      how: 'make (Roost|answers|the model|it) faster|speed (up the model|it up|Roost up)|get more tokens per second',
      ask: [
        'Why is (my computer|Roost|the model|it|everything) (so |)slow?',
        'Why are the answers (so |)slow?',
        'It is too slow.',
        'Why does it take so long?',
        'The answer comes very slowly.',
      ],
      held: [
        'My computer has become slow. Why?',
        'Answers take a long time. What can I do?',
        'What makes the model slow?',
      ],
      answer:
        'A model reads all its weights for each token, so a large one is slow. Take a smaller or 8-bit model, or close other programs.',
    },
    {
      how: '让(Roost|回答|模型)(更快|快一点)|(加快|提高)(速度|回答速度)',
      ask: [
        '(我的电脑|Roost|模型)为什么(这么|那么|)慢？',
        '回答为什么这么慢？',
        '太慢了。',
        '为什么要这么久？',
        '电脑变慢了怎么办？',
      ],
      held: ['我的电脑变得很慢，为什么？', '回答要等很久，怎么办？', '是什么让模型变慢？'],
      answer: '模型每写一个词元都要读全部权重，所以大模型慢。可以换更小或 8 位的模型，或关掉别的程序。',
    },
  ),
  topic(
    'ram',
    'model',
    {
      ask: [
        'How much (memory|RAM) (do I need|does a model need|is needed)?',
        'How much (RAM|memory) does (1.5B|2.9B|0.4B|7.2B) need?',
        'Is (4|8|16|32) GB enough?',
        'I have (4|8|16) GB of (RAM|memory).',
        'Out of memory!',
      ],
      held: ['What amount of memory does a model need?', 'Do I have enough RAM?', 'Will 8 GB of memory do?'],
      answer:
        'In 8-bit a model needs about 1 GB per billion parameters: 0.5 GB for 0.4B, 1.7 GB for 1.5B, 3.3 GB for 2.9B. A long chat needs no more.',
    },
    {
      ask: [
        '(需要|要)多少内存？',
        '(1.5B|2.9B|0.4B|7.2B) 要多少内存？',
        '(4|8|16|32) GB 够吗？',
        '我有 (4|8|16) GB 内存。',
        '内存不够怎么办？',
      ],
      held: ['一个模型要占多大的内存？', '我的内存够用吗？', '8 GB 内存可以吗？'],
      answer:
        '8 位模型每十亿参数约需 1 GB：0.4B 要 0.5 GB，1.5B 要 1.7 GB，2.9B 要 3.3 GB。聊得再长也不会增加。',
    },
  ),
  topic(
    'benchmark',
    'none',
    {
      how: 'measure the speed|run a benchmark|test (the speed of my computer|my computer|my hardware)|see how fast the model is',
      ask: [
        'How fast is (my computer|the model|Roost)?',
        'Is there a benchmark?',
        'How many tokens per second do I get?',
        'Where do I see the speed?',
      ],
      held: [
        'Can Roost measure how fast it is?',
        'How many tokens per second does my machine make?',
        'Where can I run a speed test?',
      ],
      answer:
        'The benchmark page measures reading and writing speed and makes a report that you can copy. The speed of each answer stands under it.',
    },
    {
      how: '(测|测量|测试)(速度|电脑|硬件|电脑的速度)|运行(基准测试|跑分)',
      ask: ['(我的电脑|模型|Roost)有多快？', '有(基准测试|跑分)吗？', '每秒有多少词元？', '在哪里看速度？'],
      held: ['Roost 能测自己的速度吗？', '我的电脑每秒能写多少词元？', '哪里可以做速度测试？'],
      answer: '基准测试页会测量读和写的速度，并给出可以复制的报告。每个回答下面也写着它的速度。',
    },
  ),
]
