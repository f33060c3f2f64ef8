// More of what made-up documents in English say and are asked; see paper-types.ts.

import type { Matter } from './paper-types.ts'

export const ENGLISH_MATTERS_MORE: readonly Matter[] = [
  {
    slots: { t: 'thing', n: 'number', x: 'things' },
    say: [
      '{T} has {n} {x}.',
      'There are {n} {x} in {t}.',
      '{T} holds {n} {x}.',
      '{N} {x} belong to {t}.',
      '{T} consists of {n} {x}.',
      'In {t} there is room for {n} {x}.',
      '{T} was delivered with {n} {x}.',
    ],
    sayHeld: ['{T} contains {n} {x}.'],
    asked: [
      {
        ask: [
          'How many {x} does {t} have?',
          'How many {x} are there in {t}?',
          'How many {x} are in {t}?',
          'How many {x} belong to {t}?',
          'How many {x} does {t} hold?',
          'What number of {x} does {t} have?',
        ],
        held: ['How many {x} can one count in {t}?'],
        answer: '{N}.',
      },
    ],
  },
  {
    slots: { e: 'event', y: 'day', h: 'time', l: 'spot' },
    say: [
      '{E} is on {y} at {h} {l}.',
      '{E} takes place {l} on {y} at {h}.',
      'On {y} at {h}, {e} begins {l}.',
      '{E}: {y}, {h}, {l}.',
      'We meet for {e} {l} on {y} at {h}.',
    ],
    sayHeld: ['{E} starts on {y} at {h} {l}.'],
    asked: [
      {
        ask: [
          'When is {e}?',
          'When does {e} (begin|start|take place)?',
          'On what (day|date) is {e}?',
          'What is the date of {e}?',
        ],
        held: ['When will {e} be held?'],
        answer: 'On {y} at {h}.',
      },
      {
        ask: ['Where is {e}?', 'Where does {e} take place?', 'Where do we meet for {e}?'],
        held: ['Where will {e} be held?'],
        answer: '{L}.',
      },
    ],
  },
  {
    slots: { t: 'thing', m: 'material' },
    say: [
      '{T} is made of {m}.',
      '{T} consists of {m}.',
      'For {t}, {m} was used.',
      '{T} is of {m}.',
      '{M} was chosen for {t}.',
    ],
    sayHeld: ['{T} was built from {m}.'],
    asked: [
      {
        ask: [
          'What is {t} made of?',
          'What does {t} consist of?',
          'Which material is {t} made of?',
          'What was used for {t}?',
        ],
        held: ['Of what is {t} made?'],
        answer: '{M}.',
      },
    ],
  },
  {
    slots: { a: 'word', t: 'thing', r: 'deed' },
    say: [
      '{A} means {t}.',
      'By {a} we mean {t}, with which one can {r}.',
      '{A} is {t} that helps to {r}.',
      '{A} is another word for {t}.',
      '{A} is the name of {t}.',
    ],
    sayHeld: ['{A} is what people call {t}.'],
    asked: [
      {
        ask: ['What is {a}?', 'What does {a} mean?', 'What is meant by {a}?', 'What do people call {a}?'],
        held: ['What is the meaning of {a}?'],
        answer: '{T}.',
      },
    ],
  },
  {
    slots: { n: 'number', x: 'things', t: 'thing', w: 'done' },
    say: [
      'At most {n} {x} may be {w} in {t}.',
      'No more than {n} {x} are {w} in {t}.',
      'Up to {n} {x} can be {w} in {t}.',
      '{T} is for {n} {x} at most; they are {w} there.',
      'In {t}, {n} {x} were {w}.',
    ],
    sayHeld: ['Not more than {n} {x} get {w} in {t}.'],
    asked: [
      {
        ask: [
          'How many {x} may be {w} in {t}?',
          'How many {x} can be {w} in {t}( at most|)?',
          'How many {x} are {w} in {t}?',
          'What is the greatest number of {x} for {t}?',
        ],
        held: ['Up to how many {x} are {w} in {t}?'],
        answer: '{N}.',
      },
    ],
  },
  {
    slots: { z: 'reason', w: 'deed' },
    say: [
      'If {z}, {w}.',
      'When it turns out that {z}, you must {w}.',
      'In case {z}, please {w}.',
      'Should it happen that {z}, {w} at once.',
    ],
    sayHeld: ['As soon as you see that {z}, {w}.'],
    asked: [
      {
        ask: [
          'What (should|must) I do if {z}?',
          'What is to be done if {z}?',
          'What do I do in case {z}?',
          'It seems that {z}. What now?',
        ],
        held: ['What happens if {z}?'],
        answer: '{W}.',
      },
    ],
  },
  {
    slots: { t: 'thing', m: 'maker' },
    say: [
      '{T} comes from {m}.',
      '{T} was (made|built|delivered|supplied) by {m}.',
      '{M} (makes|made|delivers|supplies|built) {t}.',
      'We buy {t} from {m}.',
      '{T} is a work of {m}.',
      '{T} belongs to {m}.',
    ],
    sayHeld: ['We got {t} from {m}.'],
    asked: [
      {
        ask: [
          'Where does {t} come from?',
          'Who (makes|made|supplies|built|delivers) {t}?',
          'Who was {t} (made|built|supplied) by?',
          'From whom do we buy {t}?',
          'Whose work is {t}?',
        ],
        held: ['Who has produced {t}?'],
        answer: '{M}.',
      },
      {
        ask: ['What comes from {m}?', 'What does {m} (make|deliver|supply)?', 'What was built by {m}?'],
        held: ['What did {m} produce?'],
        answer: '{T}.',
      },
    ],
  },
  {
    slots: { k: 'setting', v: 'number' },
    say: [
      '{k} = {v}',
      '{k}: {v}',
      'The setting {k} is {v}.',
      '{k} is {v} unless it is changed.',
      'const {k} = {v};',
      '{k} has the value {v}.',
      'By default, {k} is {v}.',
    ],
    sayHeld: ['{k} := {v}'],
    asked: [
      {
        ask: [
          'What is the value of {k}?',
          'What is {k} set to?',
          'What is the default of {k}?',
          'How large is {k}?',
          'Which value has {k}?',
        ],
        held: ['What number is {k}?'],
        answer: '{V}.',
      },
    ],
  },
  {
    slots: { p: 'person', w: 'done', t: 'thing', y: 'day' },
    say: [
      '{P} {w} {t} on {y}.',
      'On {y}, {p} {w} {t}.',
      '{T} was {w} by {p} on {y}.',
      'It was {p} who {w} {t}, on {y}.',
      '{T} was {w} on {y}; {p} did it.',
    ],
    sayHeld: ['{P} has {w} {t}; that was on {y}.'],
    asked: [
      {
        ask: ['Who {w} {t}?', 'Who has {w} {t}?', 'By whom was {t} {w}?', 'Who was it that {w} {t}?'],
        held: ['Which person {w} {t}?'],
        answer: '{P}.',
      },
      {
        ask: ['When was {t} {w}?', 'On what (day|date) was {t} {w}?', 'When did {p} see {t} {w}?'],
        held: ['What day was {t} {w}?'],
        answer: 'On {y}.',
      },
      {
        ask: ['What was {w} by {p}?', 'What has {p} {w}?'],
        held: ['Which thing was {w} by {p}?'],
        answer: '{T}.',
      },
    ],
  },
  {
    slots: { t: 'thing', y: 'year', p: 'person' },
    say: [
      '{T} was founded in {y} by {p}.',
      '{P} founded {t} in {y}.',
      'In {y}, {p} (built|started|opened) {t}.',
      '{T} goes back to {p}, who began it in {y}.',
      '{T} has existed since {y}; {p} started it.',
    ],
    sayHeld: ['{T} was begun by {p} in {y}.'],
    asked: [
      {
        ask: [
          'When was {t} founded?',
          'In (what|which) year was {t} (founded|opened|started)?',
          'Since when has {t} existed?',
          'How long has {t} existed?',
        ],
        held: ['In what year did {t} begin?'],
        answer: 'In {y}.',
      },
      {
        ask: [
          'Who (founded|started|opened|built) {t}?',
          'By whom was {t} founded?',
          'To whom does {t} go back?',
        ],
        held: ['Who began {t}?'],
        answer: '{P}.',
      },
    ],
  },
  {
    slots: { x: 'things', t: 'thing', h: 'time', u: 'time' },
    say: [
      '{T} is open to {x} from {h} to {u}.',
      '{X} may use {t} between {h} and {u}.',
      '{T} opens for {x} at {h} and closes at {u}.',
      'From {h} until {u}, {x} are let into {t}.',
    ],
    sayHeld: ['{T} can be used by {x} from {h} to {u}.'],
    asked: [
      {
        ask: [
          'When does {t} open for {x}?',
          'From when is {t} open to {x}?',
          'At what time may {x} use {t}?',
        ],
        held: ['At what time does {t} open for {x}?'],
        answer: 'At {h}.',
      },
      {
        ask: [
          'When does {t} close for {x}?',
          'Until when is {t} open to {x}?',
          'Until what time may {x} use {t}?',
        ],
        held: ['At what time does {t} close for {x}?'],
        answer: 'At {u}.',
      },
    ],
  },
  {
    slots: { x: 'things', l: 'spot' },
    say: [
      '{X} are not allowed {l}.',
      '{X} are forbidden {l}.',
      'It is forbidden to leave {x} {l}.',
      'No {x} {l}, please.',
      '{X} must not be left {l}.',
    ],
    sayHeld: ['{X} may never be put {l}.'],
    asked: [
      {
        ask: [
          'Where are {x} (not allowed|forbidden)?',
          'Where must {x} not be left?',
          'In which place are {x} forbidden?',
        ],
        held: ['Where may {x} not be put?'],
        answer: '{L}.',
      },
      {
        ask: ['What is (not allowed|forbidden) {l}?', 'What must not be left {l}?'],
        held: ['What may not be put {l}?'],
        answer: '{X}.',
      },
    ],
  },
  {
    slots: { a: 'attribute', t: 'thing', v: 'quantity', u: 'quantity', y: 'day' },
    say: [
      'On {y}, the {a} of {t} was (raised|lowered|changed) from {v} to {u}.',
      'The {a} of {t} (rose|fell) from {v} to {u} on {y}.',
      '{T} now has a {a} of {u} instead of {v}; this is so since {y}.',
    ],
    sayHeld: ['The {a} of {t} went from {v} to {u} on {y}.'],
    asked: [
      {
        ask: [
          'What is the new {a} of {t}?',
          'To what was the {a} of {t} changed?',
          'What is the {a} of {t} now?',
        ],
        held: ['What is the {a} of {t} today?'],
        answer: '{U}.',
      },
      {
        ask: ['What was the old {a} of {t}?', 'What was the {a} of {t} before?'],
        held: ['What was the {a} of {t} in the past?'],
        answer: '{V}.',
      },
      {
        ask: ['When was the {a} of {t} changed?', 'When did the {a} of {t} change?'],
        held: ['Since when has {t} had another {a}?'],
        answer: 'On {y}.',
      },
    ],
  },
]
