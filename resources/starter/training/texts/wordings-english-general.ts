// Further ways of asking for the topics of about.ts and rwkv.ts in English; see wordings.ts.

import type { More } from './wordings.ts'

export const ENGLISH_GENERAL: More = {
  who: {
    ask: [
      'Who (exactly |)(are you|am I chatting to|is speaking|is answering me)?',
      'And who are you?|Who is it?|Who is there?|Who is writing here?',
      'Please introduce yourself.|Could you introduce yourself?|Say who you are.|Present yourself.',
      'Do you have a name?|How are you called?|What should I call you?',
      'What kind of (model|program|assistant|thing) are you?',
      'Are you (ChatGPT|GPT|a chatbot|an assistant|an AI)?',
      'With whom am I (talking|chatting)?|Whom am I talking to?',
    ],
  },
  'can-do': {
    ask: [
      'What (things|kinds of things|sort of things) can you do?',
      'Tell me what you can do.|Show me what you can do.|What is it that you can do?',
      '(Hi|Hey|Hello|Good morning), (what can you do|how can you help me|what are you good for)?',
      'With what can you help( me|)?|Can you help me?|I need help.|Can you do something for me?',
      'Which (questions|kinds of questions) (can|may|should) I ask( you|)?',
      'What (topics|questions) do you understand?|What sort of questions do you answer?',
      'What am I able to ask you?|What are you able to do for me?|Which tasks can you do?',
    ],
  },
  'cannot-do': {
    ask: [
      'What (things|kinds of things) can you not do?|What is it that you cannot do?',
      'Which (tasks|questions) are (too hard|too difficult) for you?|What is too hard for you?',
      'Tell me your limits.|What limits do you have?|Are there limits to what you can do?|Do you have weaknesses?',
      'What are you unable to do?|What is beyond you?|Which questions can you not answer?',
      'What are your weaknesses?|What do you do badly?|Is there something that you cannot do?',
    ],
  },
  roost: {
    what: 'the program Roost|the app Roost',
    ask: [
      'For what (can|do|should) (I|people|one) use Roost?',
      'What (kind|sort|type) of (application|app|software) is (Roost|this)?',
      'What is the (purpose|point|use) of Roost?|What is the idea behind Roost?',
      'Why was Roost (made|built|written)?|What makes Roost different?|Why is there Roost?',
      'What can (I|one) do with Roost?|What have I started here?|What is this program?',
    ],
  },
  human: {
    ask: [
      'Are you (living|a living being|a man|a woman|a bot|an AI|a computer|conscious)?',
      'Is (a human|a person|somebody|a real person) (answering|writing|typing|there)?',
      'Is there (somebody|a person|a man) behind (you|the screen|these answers)?',
      'Can you (feel|feel something|feel pain|be happy|be sad|love)?|Do you have (a soul|emotions|a body)?',
      'Do you have feelings like a human?|Are you a machine or a human?|Do you live?',
    ],
  },
  languages: {
    ask: [
      'In (which|what) languages (do you answer|can I write|can you answer|can I ask)?',
      'How many languages (can you|do you) (speak|understand)?|What languages are there?',
      'Can you (speak|understand|write|read) (English|German|French|Spanish|Japanese)?',
      'Is (Chinese|English|German) possible?|Which languages can I use( with you|)?',
      'May I write in Chinese?|Do you only speak English?|Do you know Chinese?',
    ],
  },
  'own-size': {
    ask: [
      'How (big|large|small|heavy) is (your file|the starter|this model)?',
      'What is the size of the starter( model|)?|How many parameters are in you?',
      'Are you (small|a small model|a tiny model|large|a large model)?',
      'How many weights do you have?|What number of parameters has the starter?|Why is the starter so small?',
      'Of what size are you?|How many megabytes are you?',
    ],
  },
  maker: {
    ask: [
      '(Who|Which company|Which people) (created|made|trained|developed|programmed) you?',
      'Who is (behind you|responsible for you|your father)?|By whom were you (made|built|created)?',
      'Where were you (made|trained)?|How did you come into being?|How did they train you?',
      'On (what|which) (data|texts) were you trained?|What data did you learn from?|Which data did they use to train you?',
      'From what did you learn?|What is your training data?|Tell me who made you.',
    ],
  },
  offline: {
    ask: [
      'Can (I|Roost) (work|be used|run) without (the internet|internet access|a connection)?',
      'Must I have (a connection|internet access|the internet)?|Do I have to be online?',
      'Is Roost (usable|able to work) (offline|without a network)?|Will it work offline?',
      'When does Roost need the (internet|network)?|Does Roost go online?|Does it work when the internet is off?',
      'I have no internet. Can I (use|chat with) Roost?|What if I have no connection?',
      'Does Roost work (in a train|on the road|in flight mode)?',
    ],
  },
  free: {
    ask: [
      'Does (it|this) cost (money|anything|something)?|Is it (free|for free)?',
      'Must (I|one) (pay|buy something)?|What must I pay?|Do you cost anything?|Is there a price?',
      '(Under which|Which|What) (licence|license) (is Roost|is it|does it have)?|Is the (source|source code) (open|free)?',
      'Is there a subscription?|Do I need an account?|Can my company use Roost?|May I use Roost commercially?',
      'Can I see the source code?|Is Roost free software?|How expensive is Roost?',
    ],
  },
  platforms: {
    ask: [
      'On (which|what) (systems|computers|platforms|operating systems) (can I use Roost|does it run|does it work)?',
      'Is (Windows|macOS|Linux|Ubuntu|Android|iOS|my Mac|my phone) supported?',
      'Is Roost available (for|on) (Windows|macOS|a Mac|phones|Android|an iPhone)?',
      'Can I (install|run) (Roost|it) on (Windows|Linux|Ubuntu|my Mac|a tablet|an iPhone)?',
      'Which operating system do I need?|Does it run on my system?',
    ],
  },
  privacy: {
    ask: [
      'Can (somebody|anybody|anyone|other people|the company) (else |)(read|see) my (chats|messages|texts|conversations)?',
      'Does (Roost|this app) (send|upload|share|transmit) (anything|something|my chats|my data)( to a server| to the cloud| anywhere|)?',
      'Are my (chats|messages|texts) (private|safe|secret|sent somewhere|uploaded)?',
      'Is my privacy protected?|Who gets my data?|Where does my data go?|Is anything sent to the internet?',
      'Does what I write stay (on my computer|private|secret|here)?|Is there a cloud?',
    ],
  },
  wrong: {
    ask: [
      'Can I rely on (you|your answers|what you say)?|Should I (trust|believe) you?|Can your answers be wrong?',
      'How (reliable|trustworthy|good|exact) are (you|your answers)?',
      'Do you (ever|sometimes) (make mistakes|make a mistake|err|lie)?|Are you ever wrong?|Are you sure?',
      'Is (that|it|your answer) (true|right|correct)?|That cannot be right.|I think you are wrong.|This is false.',
      'Must I check what you say?|Is everything true that you say?',
    ],
  },
  learning: {
    ask: [
      '(Do|Will) you learn (something|anything|from this) (from me|when I write|when we talk|from what I say)?',
      'Will you (know|recognise|remember) me (later|tomorrow|when I come back|in another chat)?',
      '(Are|Will) my (messages|chats|texts|words) (be |)used (to train|for training) (you|models|a model)?',
      'Do you know my other (chats|conversations)?|Do you get smarter over time?|Can you learn?|Can I teach you something?',
      'Do conversations know of each other?|Do you remember what I told you yesterday?',
    ],
  },
  'data-folder': {
    ask: [
      'In (which|what) (folder|place|directory) (is my data|are my chats|are my conversations|does Roost keep my data)?',
      'Which (folder|file|directory) (holds|contains) my (data|chats|messages)?',
      'Where on (my|the) (disk|computer|machine) (is|are|can I find) (my data|my chats|the conversations)?',
      'Where can I find (my chats|my conversations|the data folder|the files of Roost)?',
      'What is the path of the data folder?|Where does Roost put everything?|Where is everything saved?',
    ],
    how: 'find my data|open the data folder|see where my data is',
  },
  backup: {
    how: 'save my data|make a copy of my chats|have a backup|protect my data',
    ask: [
      'How often (are there backups|is my data backed up|does it make backups)?|When does Roost make a backup?',
      'Where are (the|my) backups?|Are there backup copies?|Does Roost (keep|have|write) (backups|a backup|a copy)?',
      'Is there an automatic backup?|Must I make backups?|In which folder are the backups?',
    ],
  },
  restore: {
    how: 'bring (my data|an old version of my data|a backup) back|return to a backup|repair the database|restore an old backup',
    ask: [
      'I lost (my data|everything|all my chats).( What now?| What can I do?| Help!|)',
      'My (chats|conversations) are gone.( What now?|)|The database is (damaged|broken).',
      'Can (lost data|my data|my chats|it) be (restored|brought back|recovered)?',
      'What happens when the database is damaged?|Is there a way back to an older backup?',
    ],
  },
  'disk-space': {
    how: 'make room on my disk|clean up|reduce the disk space|use less disk space',
    ask: [
      'Roost (needs|takes|uses|fills) too much (disk space|disk|space).|My (disk|drive) is (almost |)full.( What now?| Help.|)',
      'What can I (delete|remove|throw away) to (free space|save space|make room)?',
      'What (needs|takes|uses) (so much|the most) (space|disk space)?|There is no space left on the disk.',
      'How (big|large) is Roost on my disk?|Why is my disk full?',
    ],
  },
  'ui-language': {
    how: 'get Chinese menus|show the window in (Chinese|English)|have the menus in Chinese|change the menus to English',
    ask: [
      'Can (the window|the interface|the menus|Roost) be (in Chinese|in English|shown in English|switched to Chinese)?',
      'Where (can|do) I (change|choose|set|find) the language( of the menus| of the window|)?',
      'Which languages does the (interface|window) have?|The menus are in the wrong language.|Is the window available in Chinese?',
    ],
  },
  dark: {
    how: 'get dark colours|change the appearance|choose a theme|have a dark window|use the system theme',
    ask: [
      'Is there a (dark theme|light theme|night mode|theme)?|Does Roost have (a dark mode|themes|a night mode)?',
      'Can (the window|Roost|it|the colours) be (darker|dark|lighter|changed)?',
      'It is too bright (for my eyes|at night).|I want (a dark window|other colours|a dark theme).|Where is the dark mode?',
    ],
  },
  update: {
    how: 'upgrade Roost|install a newer version|bring Roost up to date|get updates',
    ask: [
      'Are there updates?|Does Roost (update|upgrade) (automatically|by itself)?|Will Roost be updated automatically?',
      'Where (do I get|can I find|is) (the|a) (newer|new|newest|latest) version?',
      'Is (my version|my Roost) (old|the newest|up to date)?|How are updates installed?|What is the newest version of Roost?',
      'How do updates work?|Do I lose my chats with an update?',
    ],
  },
  rwkv: {
    what: 'this RWKV|the network RWKV',
    ask: [
      '(What|Which) (kind|sort|type) of (network|neural network|architecture) is RWKV?',
      'How does (an RWKV model|the RWKV network|such a network) (work|read|remember)?',
      'Why (RWKV|does Roost only run RWKV|is Roost made for RWKV)?|What is so special about RWKV?',
      'What does the name RWKV mean?|How do RWKV models work?|Is RWKV a recurrent network?',
    ],
  },
  transformer: {
    what: 'the difference between RWKV and GPT|the advantages of RWKV over transformers',
    ask: [
      '(How|In what) (does RWKV differ|is RWKV different) from (a transformer|transformers|GPT|Llama)?',
      'What (advantage|advantages) (does RWKV have|has RWKV)( over transformers| over Llama|)?',
      'Why (RWKV instead of|should I take RWKV and not) (a transformer|transformers|GPT|Llama)?',
      'Compare RWKV (and|with) (transformers|a transformer|GPT).|RWKV or (transformer|GPT)?',
      'How good is RWKV compared with (GPT|transformers)?|Is a transformer better?',
    ],
  },
  state: {
    what: 'the model state|the state of RWKV|the recurrent state',
    ask: [
      'What (is stored|is kept|stands) in the state?|What does (a|the) state (hold|remember|mean)?',
      'How (many megabytes|much memory) (is|has|does) (a|the) state( take| need|)?',
      'Does (the state|a state) (get bigger|become larger|grow) (with a long chat|in a long conversation|over time)?',
      'Is the state always the same size?|Of what size is a state?|Why is the state so small?',
    ],
  },
  context: {
    what: 'the maximum length of a conversation|the context size|the token limit',
    ask: [
      'Does (a chat|the model|a text) have a (maximum|limit|maximum length)?',
      'What is the (maximum|longest|greatest) (context|length|number of tokens)( of a conversation| of a text|)?',
      'How many (words|tokens|messages|pages) (can I write|can a chat have|can you read|fit into a chat)?',
      'Can (my text|my chat|a message) be too long?|When is a conversation full?|Does the context run out?|Can I chat without end?',
    ],
  },
  forget: {
    ask: [
      'Why (have you forgotten|did you forget|did the model forget) (that|it|my name|the beginning|what I said)?',
      'You (forgot|have forgotten) (what I said|my name|the beginning|it).|The model forgets (things|everything|old details).',
      'How (well|much|long) (do you|does the model|can the model) remember?',
      'Why (are details|are things|is my name) (lost|forgotten) (after a while|in a long chat)?',
      'Do old (messages|details) fade?|Is your memory good?|Can you remember everything that I wrote?',
    ],
  },
  token: {
    what: 'a single token|the word token',
    ask: [
      'Is (one token|a token) (a letter|one word|a word or a letter|a sentence)?',
      'What (do|does) (they|you|people) (mean|call) (by a token|a token)?|What are these tokens?',
      'How many (letters|words) (has|is|are in) a token?|What is the meaning of token?|How many tokens has a word?',
    ],
  },
  parameters: {
    what: 'the number in a model name|the B in a model name|7.2B|0.1B',
    ask: [
      'What does the (letter B|number|B after the number) (stand for|mean)?',
      'Why is (it|the model|this model) (called|named) (0.4B|1.5B|2.9B)?',
      'Are (bigger|larger) models (better|cleverer|more clever|slower)?|Is a small model (worse|less clever|stupid)?',
      'What is the difference between (0.4B and 1.5B|1.5B and 2.9B|small and large models)?',
    ],
  },
  quantisation: {
    what: 'quantising|a q8 model|a q4 model|an 8-bit model|weights in 8 bits',
    ask: [
      'Why (should I quantise|do people quantise|does one quantise) (a model|models)?',
      '(Which|What) is (better|smaller|more exact): (q4 or q8|q8 or f16|8-bit or 4-bit)?',
      'Is (q4|q8|4-bit|8-bit) (good|enough|worse|bad)?|How much (is lost|worse is it) (with q8|with q4|by quantisation)?',
      'What (happens|is lost) when a model is (quantised|made smaller)?|q4 or q8?',
    ],
  },
  formats: {
    what: 'a safetensors file|the GGUF format|the pth format|a .pth file',
    ask: [
      'What (kinds|types|sorts) of (model files|files) (does Roost know|can Roost use|can I load)?',
      '(Will|Does|May) (a|my) (GGUF|pth|safetensors) (file|model) (work|run)( in Roost|)?',
      'Can I use (a GGUF|a pth|a safetensors|an ONNX) file?|Does Roost (know|understand|support) (GGUF|pth|safetensors)?',
      'In which format must a model be?|Is a pth file (safe|dangerous)?|Which files can be models?',
    ],
  },
  thinking: {
    what: 'a thinking model|the thoughts of a model|reasoning',
    how: 'switch thinking (on|off)|fold the thinking|make the model think|stop the thinking',
    ask: [
      '(Which|What) models (think|reason|have a thinking mode)?|Can the (starter|model) think?',
      'What (is the model doing|happens) when it (thinks|is thinking)?|Why does it think?',
      'Where (can I|do I) (turn off|find|see) the thinking?|Do you have a thinking mode?|The model thinks too long.',
    ],
  },
  temperature: {
    what: 'the setting temperature|the temperature of a model|sampling temperature',
    how: 'set the temperature|raise the temperature|lower the temperature',
    ask: [
      'What (is|would be) (a good|the right|the best) (value for the |)temperature?',
      'Should the temperature be (high|low|raised|lowered)?|What (effect|influence) does the temperature have?',
      'Does (a high|a low|the) temperature make (answers better|a difference)?|What happens when I raise the temperature?',
    ],
  },
  'top-p': {
    what: 'the setting Top-p|the value Top-p|top p',
    how: 'set Top-p|change Top-p',
    ask: [
      '(What|Which) (is a good|value is good for|is the best) (value of |)(top-p|Top-p)?',
      'What (effect|influence) does (top-p|Top-p) have?|How (should|do) I set (top-p|Top-p)?',
      'How does (Top-p|nucleus sampling) (work|choose words)?|Should (top-p|Top-p) be low?|What happens with a small Top-p?',
    ],
  },
  penalty: {
    what: 'a presence penalty|frequency penalty|repetition penalty',
    how: 'get rid of repetition|prevent loops|set the penalties|stop a loop',
    ask: [
      'The (answer|model|text) (loops|repeats itself|says the same again and again|is going round in circles).',
      'What (helps|can one do|do I do) (against|about) (loops|repetition|repeated sentences)?',
      'What (effect|influence) (do the penalties|does the frequency penalty|does a penalty) have?',
      'Why (is the answer|does the answer) (in a loop|repeated|always the same sentence)?|It repeats everything.',
    ],
  },
  seed: {
    what: 'a random seed|the number seed|the setting seed',
    how: 'get the same result|have the same answer twice|fix the seed|set a seed',
    ask: [
      'Why (do I|does the model) (get|give) (other|different|another) answers?( to the same question|)',
      '(Which|What) (seed|number for the seed) (is good|should I take|is best)?|For what is the seed?',
      'I asked the same (question|thing) and got (another|a different) answer.|Can an answer be repeated exactly?',
    ],
  },
  generations: {
    what: 'RWKV-5|RWKV-4|the latest RWKV|Eagle|Finch',
    ask: [
      '(Will|Do|Can) (old|older|RWKV-4|RWKV-5|RWKV-6) models (work|run|be used)?',
      'How many (generations|versions) (are there|of RWKV are there|does Roost know|are supported)?',
      '(What|Which) is the (newest|latest|best|last) (version|generation)( of RWKV|)?',
      'Is (RWKV-4|RWKV-5|RWKV-6|RWKV-7) supported?|Does Roost run (RWKV-4|RWKV-7|Finch|Eagle)?',
    ],
  },
  vocabulary: {
    what: 'a vocabulary file|the list of tokens|the RWKV vocabulary',
    ask: [
      'For what (is|does Roost need) (a|the) (tokenizer|vocabulary)?|What is (a|the) (tokenizer|vocabulary) (for|good for)?',
      'The vocabulary (is missing|cannot be found|is not there).( What now?| What should I do?|)|My model has no vocabulary.',
      'From where (do I get|does Roost get|comes) the vocabulary?|Where do I find the vocabulary?|Is the vocabulary in the file?',
    ],
  },
}
