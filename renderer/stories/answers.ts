// Texts for the stories: every kind of thing an answer may hold.
export const ANSWER_SHORT = `The lighthouse stands at the northern end of the island, on a rock that falls dry for two hours at low water.

It was lit first in 1871. The lamp is visible for nineteen miles, and the keeper's house beside it has *four* rooms and a garden wall against the wind.`

export const ANSWER_THINKING = `<think>
17 times 24. Split 24 into 20 and 4.
17 times 20 is 340, 17 times 4 is 68.
Together 408.
</think>

17 × 24 = **408**.`

export const ANSWER_RICH = `A recurrent model keeps one **state** of fixed size. Each token changes the state a little; nothing else is kept of the past.

### The update

For every head the state is a matrix $S$, and a token with key $k$, value $v$ and decay $w$ turns it into

$$S_t = S_{t-1}\\,\\bigl(\\operatorname{diag}(w_t) - \\hat\\kappa_t^{\\top}(a_t \\odot \\hat\\kappa_t)\\bigr) + v_t^{\\top} k_t$$

so that reading costs \\(O(d^2)\\) for each token, however long the conversation is. It does not grow from $5 to $10 a month either.

\`\`\`python
def step(state, r, w, k, v, a, kappa):
    """One token of one head; state has shape (value, key)."""
    state = state * w - (state @ kappa)[:, None] * (a * kappa)[None, :]
    state = state + v[:, None] * k[None, :]   # remember
    return state, state @ r                   # and read
\`\`\`

### Compared with attention

| | Memory per chat | Cost of one token | Exact recall |
|:--|--:|--:|:-:|
| Attention | grows | grows | yes |
| RWKV-7, 0.4B | 6.5 MB | constant | fades |
| RWKV-7, 2.9B | 22 MB | constant | fades |

1. Close the window at any time: the state is written to disk.
2. Open it next month: the state is read back, and *no* token is read again.
   - [x] branches share what they have in common
   - [ ] exact wording of long texts fades

> A state is a cache that is never wrong: when it does not fit the model, it is dropped and the transcript is read once more.

More in the [RWKV-7 paper](https://arxiv.org/abs/2503.14456).`
