// A reduced vocabulary in the format of the World tokenizer, and its greedy longest match.

import { CHINESE_NAME_CHARACTERS, NAME_PIECES, SPELLED_NAMES } from './names.ts'

// Chinese words that are common in the texts and worth a token of their own. Those that share a character with names are
// left out, so that a name is split alike wherever it stands.
const CHINESE_WORDS =
  '模型 对话 下载 回答 快照 文档 电脑 可以 怎么 什么 设置 状态 内存 文件 数据 问题 入门 点击 按钮 打开 选择 保存 删除 聊天 消息 语言 词元 参数 为什么 哪里 多少 没有 知道 需要 使用 添加 记忆 显示 页 文件夹 目录 已经 自己 别的 继续 停止 重新 生成 分支 侧栏 标题 操作 窗口 段落 引用 来源 提问 文字 大小 空间 磁盘 备份 恢复 更新 版本 界面 速度 处理器 显卡 运行 支持 格式 转换 校验 镜像 网络 离线 免费 许可证 训练 权重 随机 种子 温度 惩罚 重复 选词 概率 上下文 长度 限制 细节 开始 告诉 介绍 解释 请问 谢谢 抱歉 文中 提到 喜欢 颜色 出生 房间 电话 工作 名字 推荐 适合 释放 归还 卸载 加载 输入 浏览器 服务器 程序 软件 应用 能力 帮助 下面 旁边 上方 右边 标签 之前 以后 马上 自动 安全'.split(
    ' ',
  )
const WORDS = ['\n\n', '[1]', '[2]', '[3]', '[4]', '[5]', '[6]', '[7]', '[8]', '[9]', "'s", '--', '“', '”']

/** Tokens from sample texts: bytes first, then by length and bytes, as the World vocabulary is ordered. */
export function build(samples: readonly string[], wordsAtLeast: number, charactersAtLeast: number): Buffer[] {
  const words = new Map<string, number>()
  const characters = new Map<string, number>()
  for (const sample of samples) {
    for (const [word] of sample.matchAll(/ ?[A-Za-z]+/g)) words.set(word, (words.get(word) ?? 0) + 1)
    for (const [character] of sample.matchAll(/[^\x00-\x7f]/gu))
      characters.set(character, (characters.get(character) ?? 0) + 1)
  }
  const chosen = new Set<string>(WORDS)
  const spelled = new Set(SPELLED_NAMES)
  for (const [word, count] of words)
    if (count >= wordsAtLeast && word.length > 1 && !spelled.has(word.trim())) chosen.add(word)
  for (const [character, count] of characters) if (count >= charactersAtLeast) chosen.add(character)
  const names = new Set(CHINESE_NAME_CHARACTERS)
  for (const word of CHINESE_WORDS) if (![...word].some((letter) => names.has(letter))) chosen.add(word)
  for (const start of NAME_PIECES.starts) chosen.add(` ${start}`)
  for (const piece of NAME_PIECES.rest) chosen.add(piece)
  for (const character of CHINESE_NAME_CHARACTERS) chosen.add(character)
  const bytes = Array.from({ length: 256 }, (_, i) => Buffer.from([i]))
  const rest = [...chosen].map((word) => Buffer.from(word)).filter((token) => token.length > 1)
  rest.sort((a, b) => a.length - b.length || Buffer.compare(a, b))
  return [...bytes, ...rest]
}

/** The body of a Python bytes literal, as GGUF stores World tokens. */
export function bytesBody(token: Buffer): string {
  let out = ''
  for (const byte of token) {
    if (byte === 0x5c) out += '\\\\'
    else if (byte === 0x0a) out += '\\n'
    else if (byte === 0x0d) out += '\\r'
    else if (byte === 0x09) out += '\\t'
    else if (byte < 0x20 || byte >= 0x7f) out += `\\x${byte.toString(16).padStart(2, '0')}`
    else out += String.fromCharCode(byte)
  }
  return out
}

/** One line `id literal length` of the World vocabulary format; the literal is always of the bytes kind. */
export function line(token: Buffer, id: number): string {
  return `${id} b'${bytesBody(token).replaceAll("'", "\\'")}' ${token.length}\n`
}

export class Tokenizer {
  private readonly next: Int32Array
  private readonly id: Int32Array

  /** tokens[i] has the id i + 1. */
  constructor(tokens: readonly Buffer[]) {
    const total = tokens.reduce((sum, token) => sum + token.length, 1)
    this.next = new Int32Array(total * 256)
    this.id = new Int32Array(total)
    let nodes = 1
    tokens.forEach((token, i) => {
      let node = 0
      for (const byte of token) {
        const at = node * 256 + byte
        if (this.next[at] === 0) this.next[at] = nodes++
        node = this.next[at] as number
      }
      this.id[node] = i + 1
    })
  }

  encode(text: string): number[] {
    const bytes = Buffer.from(text)
    const out: number[] = []
    for (let at = 0; at < bytes.length;) {
      let node = 0
      let end = at
      let best = 0
      for (let i = at; i < bytes.length; i++) {
        node = this.next[node * 256 + (bytes[i] as number)] as number
        if (node === 0) break
        const id = this.id[node] as number
        if (id !== 0) {
          best = id
          end = i + 1
        }
      }
      out.push(best)
      at = end
    }
    return out
  }
}
