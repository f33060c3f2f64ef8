// Further ways of asking for the topics of models.ts, chats.ts and documents.ts in English; see wordings.ts.

import type { More } from './wordings.ts'

export const ENGLISH_USE: More = {
  'download-model': {
    how: 'download something better|get a larger model|find new models|install RWKV',
    ask: [
      'From where (can|do) I (get|download) (models|a model|a larger model|a better model)?',
      'What are the steps for a download?|What must I do for a new model?|How does a download work?',
      'I (want|need|would like) (a new|another|a bigger|a larger|a better) model.( Where is it?| How?|)',
      'Where is the catalogue?|Where is the download button?|Show me the models.|Which page has the models?',
    ],
  },
  'pause-download': {
    how: 'break off a download|continue a download later|let a download wait|resume an interrupted download',
    ask: [
      'The (network|connection|internet) (broke|was lost|failed) (while|when) (I was downloading|downloading).( What now?|)',
      'Can (the|a|my) download (be paused|wait|be continued|continue later|be stopped)?',
      'Must I (download everything|start) again (after a break|after an interruption)?|Does a download survive a restart?',
      'Is there a pause button for downloads?|What happens to my download when I quit?',
    ],
  },
  'slow-download': {
    how: 'speed up a download|download from another server|get faster downloads',
    ask: [
      'The download (takes forever|takes hours|is crawling|needs too long).|My download is slow.',
      'What (helps|can I do) (against|with|about) (a slow download|slow downloads)?',
      'Can I (use|choose|take) (a mirror|another source|another server)?|Are there mirrors?|Hugging Face is blocked here.',
      'Why does (the|my) download take so long?|Is there a faster source?',
    ],
  },
  'model-folder': {
    ask: [
      '(Which|What) folder (contains|has|is for) the (models|model files)?',
      'In (which|what) place (are|does Roost keep|do I find) (the models|my models|the model files)?',
      'Where on (the|my) disk (are|do I find) the (models|model files)?|Where is the file of (a|the|my) model?',
      'What is the path of the models?|Where did my downloaded model go?|Where can I see the model files?',
    ],
  },
  'delete-model': {
    how: 'remove a model that I do not need|take a model off my disk|delete a downloaded model|free the space of a model',
    ask: [
      '(Which|What) (button|menu) (removes|deletes) a (downloaded |)model?|Where is the delete button for a model?',
      'I (do not need|do not want|no longer use) (a|this|that|the old) model( any more|).( How do I delete it?| What now?|)',
      'May I delete (models|a model|an unused model)?|Are my chats lost when I delete a model?|Is it safe to delete a model?',
    ],
  },
  'switch-model': {
    how: 'choose a model for a chat|start the downloaded model|work with another model|select the new model',
    ask: [
      'Where (can|do) I (select|switch|change|pick) (the|a|another) model?',
      '(I have|I) downloaded (a model|a new model).( What now?| How do I start it?| Where is it?)',
      'Can I (switch|change) (models|the model) (during|within|while in) a (chat|conversation)?',
      'Can (one chat|each conversation) have its own model?|Which model is in use?|The wrong model is loaded.',
    ],
  },
  'own-file': {
    how: 'use a file from my disk|add a local file|load a model that I have already|open a GGUF file|add a model file',
    ask: [
      'I have (a model|a GGUF file|a pth file|a model file) (on my disk|on my computer|here).( Can I use it?| What now?|)',
      'Can (Roost|I) (load|open|use) (a local file|local files|my own file|a file from the disk)?',
      'A model (that I have|from my disk): how do I use it?|Is a model copied when I add it?|Must I download a model that I already own?',
    ],
  },
  'hugging-face': {
    how: 'add a repository|use a model from the internet|enter the address of a model|get a model that is not listed',
    ask: [
      'Does Roost (support|know|work with) Hugging Face?|Can (models|a model) come from Hugging Face?',
      'My model is not (listed|there|in the list|in the catalogue).( What now?|)|I do not find my model in the catalogue.',
      'Can I use any model from Hugging Face?|Where do I enter a repository?|I have a link to a model.',
    ],
  },
  fit: {
    what: 'the label of a model|the colour of a model in the catalogue',
    ask: [
      'Is (a|the|this) model (too big|too large|too heavy) for (me|my computer|my machine|my PC)?',
      'How (can|do) I (see|tell|find out) (whether|if) (a model|it) (fits|runs|will run)( on my computer| here|)?',
      'Can my (laptop|machine|PC|computer) (run|handle|manage) (it|this model|2.9B|7.2B|0.4B)?',
      'Does (1.5B|7.2B|0.4B|it) (run|work|fit) on my (laptop|machine|PC)?|Is my machine strong enough for a large model?',
    ],
  },
  'which-model': {
    ask: [
      '(Which|What) model (would you|do you|can you) (recommend|advise|suggest|choose)( to me| for me|)?',
      '(Give me|I need) (a recommendation|advice|a hint) (for a model|which model to take).|Recommend me a model.',
      '(Which|What) (is|would be) the (right|best) model for (me|my computer|chatting|beginners)?',
      'What model should I start with?|I do not know which model to take.|Suggest a model.|Help me choose a model.',
    ],
  },
  convert: {
    how: 'make a GGUF file|turn a model into q8|write a smaller file of a model|change the format of a model|make my model smaller',
    ask: [
      'Is there a (converter|way to convert models|tool for quantising)?|Does Roost quantise models?',
      'The model is too (big|large).( Can I make it smaller?| Can I shrink it?)',
      'How (are|can) models (be |)(converted|quantised|made smaller)( in Roost|)?|Can Roost write GGUF files?',
    ],
  },
  verify: {
    how: 'check a model file for damage|make sure that a file is complete|check the checksum',
    ask: [
      'I think (my file|the model|my download) is (damaged|broken|incomplete).|Is (the|my) file (damaged|broken|all right)?',
      'Can Roost (check|test|verify) (files|downloads|a model|whether a model is complete)?',
      'How (are downloads|is a file) (checked|verified|tested)?|What is SHA-256?|Are downloads checked?',
    ],
  },
  unload: {
    how: 'get my memory back|free the RAM|remove a model from memory|empty the memory',
    ask: [
      '(The|My) (RAM|memory) is full( because of Roost| since Roost runs|).|Roost (eats|fills|needs) (all |)my (RAM|memory).',
      '(Which|What) button (unloads the model|frees the memory|gives the memory back)?',
      'How do I get the (RAM|memory) back?|When does (the memory|the RAM) become free?|Is there a button to unload?',
    ],
  },
  gpu: {
    how: 'make Roost use the graphics card|compute on the GPU|speed things up with a GPU',
    ask: [
      '(Is|Will|Can) (my|the|an) (graphics card|GPU|NVIDIA card|NVIDIA GPU) (be |)used?',
      'Is a (graphics card|GPU) (needed|required|necessary|useful)?|Must I have a graphics card?|Does it run without a GPU?',
      'How does Roost (choose|find|use) (a|the|my) (GPU|graphics card|device)?|Roost does not (see|find|use) my graphics card.',
      'Which graphics cards are supported?|Can Roost run on the processor?',
    ],
  },
  apple: {
    ask: [
      '(Is|Are) (Apple silicon|the M3|an M1 Mac|Apple processors|Metal) supported?',
      'Does (the GPU|the graphics processor) of (a|my) (Mac|MacBook) (get used|help|work)?',
      'How (does|will) Roost (run|work) on (a Mac|Apple silicon|my MacBook)?|Can Roost use my (Mac|M2|M1)?|What does Metal do?',
    ],
  },
  slow: {
    how: 'get faster answers|make my computer faster|increase the speed|make the model write faster',
    ask: [
      'Why (are|is) (you|the answer|the writing|everything) so slow?|What makes (Roost|it|an answer|the model) slow?',
      '(Answers|The answers|Your answers) (take|need) (a long time|too long|forever).|It takes ages.',
      'My (computer|machine|laptop) (is|has become|became|gets) (slow|very slow) (with|because of|since) Roost.',
      'What can I do (when it is slow|for more speed|against slow answers)?|The model writes slowly.',
    ],
  },
  ram: {
    ask: [
      'What (memory|RAM|amount of RAM) (do I need|is needed|does it take)?',
      'How (much|many gigabytes of) (memory|RAM) (does|will) (a model|it|a large model) (need|use|take)?',
      'Do I have enough (memory|RAM for a model)?|Will (4|16|32) GB (do|be enough|be sufficient)?',
      'Not enough memory.|Is my (RAM|memory) enough?|How much RAM for (1.5B|2.9B|7.2B)?|Does a long chat need more memory?',
    ],
  },
  benchmark: {
    how: 'test the speed|run a speed test|measure my computer|measure tokens per second',
    ask: [
      'How many tokens (per|a) second (does it make|do I have|can my computer do|are written)?',
      'Can (I|Roost) (measure|test) (the speed|how fast it is|how fast my computer is|my machine)?',
      'Where is the (benchmark|speed test)?|Is there a speed test?|Is my computer fast?|How quick is Roost?',
    ],
  },
  'new-chat': {
    how: 'begin a fresh chat|open another chat|change the subject|start over|start another conversation',
    ask: [
      '(Which|What) button (starts|opens|begins) (another|a fresh|a new) (chat|conversation)?',
      'May I (start|open|have) (another|a second|a new) (chat|conversation)?|I (want|need) a (new|fresh) chat.',
      'Can I chat about something else?|How many chats can I have?|Let us talk about something else.',
    ],
  },
  'delete-chat': {
    how: 'remove old chats|delete a conversation for good|undo a deletion|delete several chats',
    ask: [
      '(Which|What) (menu|button) (removes|deletes) a (conversation|chat from the list)?|Where can I delete a chat?',
      'I (do not need|do not want|no longer want) (a|this|that) (chat|conversation)( any more|).( How do I delete it?|)',
      'May I delete (old chats|a chat|conversations)?|I deleted a chat by mistake.|Can a deleted chat come back?',
    ],
  },
  'rename-chat': {
    how: 'change a title|correct the title|choose another title for a chat|rename this',
    ask: [
      'The (title|name) of (my|the|this) chat is (wrong|bad|stupid|too long).( Can I change it?| What now?|)',
      'Can (a chat|a conversation|the title) (be renamed|have another title|be changed)?',
      'Where (can|do) I (change|edit) the (title|name)( of a chat|)?|How are chats named?',
    ],
  },
  'search-chats': {
    how: 'find what I wrote last week|search all conversations|look for an old message|look for a word in my chats',
    ask: [
      'Where (is|did) my (old chat|old conversation|last chat) (go|now)?|I (am looking for|search|lost) (an old|a) (message|chat|conversation).',
      'Can (I|Roost) (search|look through) (all messages|everything|my chats|old chats)?',
      'Where is the search( field| box|)?|I want to find something that I wrote.|Does the search know Chinese?',
    ],
  },
  export: {
    how: 'get a chat as a file|take my chats out of Roost|store a conversation as Markdown|turn a chat into a document',
    ask: [
      'Can (chats|a chat|my conversations) be (exported|saved as Markdown|printed|stored in a file)?',
      'Is there an (export|export button|export menu)?|To which formats can I export?|Which formats are there for export?',
      'How do I (get|take|bring) (a conversation|my text|my chats) (out of Roost|into a file)?|I need my chat as a file.',
    ],
  },
  import: {
    how: 'take my ChatGPT chats along|load exported chats|bring in old conversations|import a JSON file',
    ask: [
      'Can (chats|my chats|old chats|chats from ChatGPT) be (imported|brought to Roost|loaded)?',
      'I (come from|used|have chats in|have an archive from) ChatGPT.( What now?| Can I import it?)',
      'Is there an import( button| menu|)?|Where do I import?|Can Roost open my ChatGPT export?',
    ],
  },
  'edit-message': {
    how: 'correct a mistake in my message|change what I wrote|edit the question|rewrite my question',
    ask: [
      'There is (a typo|an error|a mistake) in my (message|text|question).( What now?| Can I correct it?)',
      'Can (a message|my question|an old message|my last message) be (edited|changed|corrected)?',
      'May I (change|edit) my (question|message|words)?|I wrote something wrong.|What becomes of the old version?',
    ],
  },
  regenerate: {
    how: 'have a new answer|let the model try again|see a different answer|make the answer once again',
    ask: [
      'This answer is (bad|wrong|not good|useless).( Another one, please.| Can I have a new one?|)',
      'Can (you|the model) (try again|answer again|say it differently)?|Again, please.|Give me (another|a better|a new) answer.',
      'How do I get a second answer?|Can an answer be repeated?|I want another answer.',
    ],
  },
  branch: {
    what: 'a branch of a conversation|the tree of a conversation|the button "Branch from here"',
    how: 'return to an earlier message|go on from an old message|start a branch|try something else from the middle',
    ask: [
      'How do branches work?|What is a branch (good |)for?|For what are branches?',
      'I want to (go back|return) to (an earlier message|the middle of the chat|an old point).',
      'Can a conversation have several (ways|branches|versions)?|What happens when I branch?|Is the old way kept?',
    ],
  },
  stop: {
    how: 'stop an answer that is too long|break off the answer|interrupt the model|end the writing',
    ask: [
      '(Which|What) (key|button) (ends|interrupts|stops) (an|the) (answer|model|writing)?|Where is the stop button?',
      'The model (does not stop|writes and writes|goes on forever|keeps writing).( What now?| How do I stop it?|)',
      'Can I interrupt (you|the model|an answer)?|Stop!|Please stop writing.|Is the text lost when I stop?',
    ],
  },
  continue: {
    how: 'have the answer finished|go on after a stop|let it write on|resume a stopped answer',
    ask: [
      'The answer (ends|stops|breaks off) (in the middle|too early|suddenly).( What now?|)|The answer is incomplete.',
      'Can (a stopped answer|an interrupted answer|the model) (be continued|continue|go on)?',
      'How does the model finish (a|the) (stopped |)answer?|Go on, please.|Where is the continue button?|Please continue.',
    ],
  },
  parallel: {
    what: 'several answers at once|answers side by side',
    how: 'see answers side by side|have four answers|get more than one answer',
    ask: [
      'Can (the model|Roost|I) (give|write|have|see) (two|three|several|many|more) answers (at once|at the same time|side by side)?',
      'Can answers be compared?|I want (several|two|more) answers.|How many answers at once are possible?|Is there more than one answer?',
    ],
  },
  'system-prompt': {
    what: 'the text "system prompt"|a system message',
    how: 'give fixed instructions|enter a system prompt|tell the model who it is|set a persona|give instructions to the model',
    ask: [
      'Where (can|do) I (enter|write|find|change) (the|a) system prompt?|For what is (a|the) system prompt?',
      'Can the model (have a role|play a role|have fixed instructions)?|Is there a system prompt?|What does a system prompt do?',
    ],
  },
  snapshot: {
    what: 'a saved state|a kept state|the snapshots in Roost',
    ask: [
      'What (is in|is kept in|stands in|is stored by) a snapshot?|What is a snapshot made of?',
      'Why (are snapshots made|do I need snapshots|does it make snapshots|have snapshots)?',
      'What (is the use of|do I gain from|is the good of) (a snapshot|snapshots)?|For what are snapshots?|How do snapshots work?',
    ],
  },
  'snapshot-size': {
    how: 'give snapshots less space|change the disk space for kept states|limit the snapshots',
    ask: [
      'How (many megabytes|much space|much room) (is|has|does) (a|one) snapshot( take| need|)?',
      'Do snapshots (need|take|use) (much|a lot of) (room|space|disk)?|Are snapshots (big|large|small)?',
      'Of what size (is a snapshot|are snapshots)?|What is the size of a snapshot?|Is there a limit for snapshots?',
    ],
  },
  'delete-snapshot': {
    how: 'get rid of snapshots|throw snapshots away|remove old states|delete the kept states',
    ask: [
      'What (do I lose|is lost|happens) (when|if) (I delete snapshots|the snapshots are deleted|all snapshots are gone)?',
      'A snapshot (is lost|is damaged|was deleted|is missing).( What now?| Is my text lost?)',
      'May I (remove|delete|drop) (snapshots|the snapshots|all snapshots)?|Can snapshots be deleted?|Is my chat gone without a snapshot?',
    ],
  },
  resume: {
    how: 'go on tomorrow|come back to a chat|continue where I was|save my chat',
    ask: [
      '(Do|Will) I lose (my chat|anything|my conversation|my messages) (when|if) I (close|quit|leave) (Roost|the window|the program)?',
      'Can (I|an old chat|a conversation) (continue|be continued|be opened again|go on) (later|tomorrow|next week|after a month)?',
      'Must I save (my chat|anything|the conversation)?|Is everything saved?|Where is the save button?|How do I save?',
    ],
  },
  crash: {
    ask: [
      '(The power|The electricity) (failed|went out|was cut).( What now?| What is lost?| Is my chat lost?)',
      'What (is lost|do I lose|happens) (when|if) (the program|Roost|my computer|the machine) (crashes|dies|hangs|stops suddenly)?',
      'Is (my text|my chat|everything|my message) (lost|gone|safe) (after|in) a crash?|What does interrupted mean?|My computer crashed.',
    ],
  },
  copy: {
    how: 'copy the text|take an answer into my mail|use an answer in another program|get the text out',
    ask: [
      'How can (an answer|a message|the text|code) be copied?|Is there a (button for copying|copy button)?',
      'I (need|want) (the text|this answer|the code) in (my mail|Word|another program).( How?|)|Where can I copy?',
    ],
  },
  shortcuts: {
    what: 'the list of shortcuts|the hotkeys|Ctrl+K|the keys',
    how: 'work with the keyboard|see all keys|use shortcuts|find the list of shortcuts',
    ask: [
      '(What|Which) (keys|hotkeys|key combinations) (are there|does Roost have|can I press)?',
      'Is there a (list|table) of (keys|hotkeys|keyboard shortcuts)?|Does Roost have (shortcuts|keyboard shortcuts)?|Is there a command palette?',
    ],
  },
  newline: {
    how: 'write two lines|break a line|make a line break in a message|send my message',
    ask: [
      'I (press|pressed|hit) Enter and (the message is sent|it was sent|it is gone).|I (want|wanted) (a new line|two lines)( in my message|).',
      '(Which|What) key (makes|begins|gives) a (new line|line break)?|Can my message have (two|several|more) lines?|What does Enter do?',
    ],
  },
  organise: {
    how: 'keep my chats in order|group chats|keep an important chat on top|sort chats into folders|use tags',
    ask: [
      'Can (chats|conversations|a chat) be (grouped|pinned|sorted|put in order|tagged)?',
      'I have (many|too many|so many) conversations.( How do I keep them in order?|)|Can a chat (stay|be) (on top|at the top)?',
      'Are there (tags|groups|pins)?|How do I find order in my chats?|Is there a folder for chats?',
    ],
  },
  'proof-line': {
    what: 'the small line below an answer|the numbers under an answer|the figures under the answer|"resumed"',
    ask: [
      'What is (written|shown|said) (below|under) (an|the|each) answer?|What (are|mean) the (small |)numbers (below|under) the answer?',
      'Why (does it say|is there) "?resumed"?( under the answer| below the answer|)?|What does "0 re-read" mean?|What is re-read?',
    ],
  },
  'memory-panel': {
    what: 'the panel with the snapshots|the memory view|"Ready"',
    how: 'look at the tree|see my branches|look at the snapshots|see the tree of messages',
    ask: [
      'Where (can I see|do I find|are) the (snapshots|branches|messages as a tree)?|What (is|can I see) in the memory panel?',
      'What does the memory panel (show|tell|do)?|Is there a view of the (tree|branches|memory)?',
    ],
  },
  'settings-panel': {
    what: 'the sampling settings|the sampling values',
    how: 'find the sliders|change the sampling|set the temperature and Top-p|go back to the defaults|get the defaults back',
    ask: [
      'Where (is|are) (the sampling|the settings of the model|temperature and Top-p|the penalties|the temperature)?',
      'I changed (the values|something|the parameters) and want (the old|the recommended) (values|settings)( back|).',
      'Where do I (set|find|change) (the parameters|the penalties|the seed)?|Is there a reset button?|What does Reset do?',
    ],
  },
  'ask-document': {
    how: 'give you a file|give Roost a document|ask about a long text|use a document|work with documents',
    ask: [
      'I have (a document|a PDF|a file|a long text)( and a question|).( What now?| Can you read it?|)',
      'Can (I|Roost) (open|read|use|answer questions about) (documents|a file|PDF files|a long document)?',
      'Is there a page for documents?|What is the Documents page for?|How does one use documents?|Where can I add a document?',
    ],
  },
  'file-types': {
    ask: [
      '(What|Which) (kinds|types|sorts) of (documents|files) (can I add|does Roost read|are possible)?',
      'Does Roost (read|open|support|know) (Word files|PDF|EPUB|Excel|HTML)?|May I add (a PDF|a Word file|a CSV file)?',
      'Can I (add|open|use) (an EPUB|a book|a Word document|a text file)?|Is (a PDF|Word|a docx file) possible?',
    ],
  },
  'read-fully': {
    what: 'reading a whole book|the function "Read fully"',
    how: 'read a document completely|let you read a whole book once',
    ask: [
      'Can (the model|you) read (a whole book|a complete document|everything at once)?',
      'When (do|should) I (read a document fully|use full reading)?|What happens (when|if) (a document|a book) is read completely?',
    ],
  },
  citation: {
    what: 'a citation like [1]|[1]|[2]|the source of an answer',
    ask: [
      'Why (does the answer end with|is there) (a number|[1]|[2]|a bracket)( after the answer|)?',
      'Where (is|do I find) the (passage|source) (of|for) (an|the|your) answer?|For what are (citations|the numbers)?',
      'What does the (number|bracket) (behind|after) an answer mean?|From which passage is the answer?',
    ],
  },
  'not-found': {
    how: 'avoid invented answers|stop the model from guessing',
    ask: [
      'What (if|happens if) (the text does not say it|the passage does not contain the answer|there is no answer in the text)?',
      'Do you (make things up|guess|invent something)?|Will you (guess|invent an answer|make up an answer)?',
      'Why do you say that the passage does not say that?|What do you do when you do not find the answer?',
    ],
  },
  'remove-document': {
    how: 'take a document out|remove a pasted text|delete what I pasted',
    ask: [
      'I (do not need|no longer need|do not want) (a|this|the) document( any more|).( How do I remove it?|)',
      '(Which|What) button removes a document?|May I remove (a file|documents)?|Can a document be deleted?|How do documents go away?',
    ],
  },
  'document-privacy': {
    ask: [
      '(Does|Will) (my document|a document|my text|a file) (leave|stay on) (my|the) computer?|Are documents sent to anybody?',
      'Where (is|does Roost keep) (my text|a pasted text|my document|my file)?|In which folder are documents?',
      'Is (my document|a pasted text|my file) (uploaded|safe|private|secret)?|Can somebody see my documents?',
    ],
  },
  scanned: {
    ask: [
      'My (document|PDF|page) is (a scan|scanned|a picture|photographed).( Does it work?| What now?|)',
      'Can you (see|read) (a picture|an image|photos|a scan|handwriting)?|Do scans work?|Are (images|photos|scans) supported?',
      'Roost says that there is no text in my PDF.|My PDF is only pictures.|I have a photo of a page.',
    ],
  },
  'folder-watch': {
    what: 'a collection of documents|a group of documents',
    how: 'put several documents together|add many files|ask about several documents|add many documents',
    ask: [
      'Can (several|many) (documents|files) be (used together|added at once|grouped)?',
      'What happens when (a file|a document) (changes|is changed)?|How do I add (many|several) (files|documents)?|Are there collections?',
    ],
  },
  api: {
    what: 'an API|the OpenAI API of Roost|the OpenAI interface',
    how: 'call the model from a program|use Roost from my own code|talk to Roost from another program',
    ask: [
      'Can (my own program|another program|a script|Python) (call|use|talk to) (Roost|the model|you)?',
      'Is (an API|the OpenAI API|an interface for programs) (there|supported|available)?|Does Roost have an (API|interface)?',
    ],
  },
  headless: {
    what: 'the version without a window|--headless',
    how: 'open Roost in the browser|start Roost without a window|run it on a server|use Roost without a screen',
    ask: [
      'My (machine|server|computer) has no (screen|window|display).( What now?| Can Roost run?|)',
      'Is there a (browser version|web version|version for servers)?|Can (Roost|it) run (in the browser|on a server|without a window)?',
      'Can I open Roost in Firefox?|Can another machine reach Roost?|How does the headless mode work?',
    ],
  },
}
