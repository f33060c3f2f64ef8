// 模型目录、下载及其错误的中文文字。 The same keys as en-downloads.ts, held equal by type.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { downloadErrors as english } from './en-downloads.ts'

const host = (d: ErrorDetail): string =>
  typeof d['host'] === 'string' && d['host'] !== '' ? d['host'] : '该网站'

function reason(d: ErrorDetail): string {
  const value = d['reason']
  return typeof value === 'string' && value !== '' ? `（${value}）` : ''
}

export const downloadErrors: typeof english = {
  network_unavailable: (d) => ({
    title: '网络不通',
    body: `无法连接 ${host(d)}，或连接一再中断${reason(d)}。已下载的部分会保留。`,
  }),
  source_busy: (d) => ({
    title: '网站要求稍候',
    body: `${host(d)} 目前繁忙${reason(d)}。已下载的部分会保留。`,
  }),
  access_denied: (d) => ({
    title: '该文件不对所有人开放',
    body: `${host(d)} 需要访问令牌，或需要另一个令牌${reason(d)}。可在“设置”的“下载”中填写令牌。`,
  }),
  source_missing: (d) => ({
    title: '找不到',
    body: `${host(d)} 上没有这个仓库或文件${reason(d)}。请检查名称，或刷新目录。`,
  }),
  source_unusable: (d) => ({
    title: '得到的不是模型文件',
    body: `${host(d)} 返回了别的内容，可能是网络的登录页面${reason(d)}。没有安装任何内容。`,
  }),
  source_changed: (d) => ({
    title: '来源处的文件已经改变',
    body: `${host(d)} 提供的文件与公布的校验值不符${reason(d)}。没有安装任何内容。请刷新目录，或换一个来源。`,
  }),
  size_changed: (d, f) => ({
    title: '文件大小与预期不同',
    body:
      typeof d['expectedBytes'] === 'number' && typeof d['foundBytes'] === 'number'
        ? `应为 ${f.bytes(d['expectedBytes'])}（${f.count(d['expectedBytes'])} 字节），而 ${host(d)} 提供的是 ${f.bytes(d['foundBytes'])}（${f.count(d['foundBytes'])} 字节）。没有下载任何内容。`
        : `${host(d)} 提供的大小与您同意的不同。没有下载任何内容。`,
  }),
  address_refused: (d) => ({
    title: '不能使用这个地址',
    body: `只能从互联网上的 https 地址，或您自己设置的站点下载${reason(d)}。`,
  }),
  download_damaged: (d) => ({
    title: '下载到的文件已损坏',
    body: `文件已全部下载，部分内容下载了两次，但仍与公布的校验值不符${reason(d)}。没有安装。请重试，或换一个来源。`,
  }),
  disk_space: (d, f) => ({
    title: '磁盘空间不足',
    body:
      typeof d['neededBytes'] === 'number' && typeof d['freeBytes'] === 'number'
        ? `此下载还需要 ${f.bytes(d['neededBytes'])}，目前可用 ${f.bytes(d['freeBytes'])}，还差 ${f.bytes(Math.max(1, d['neededBytes'] - d['freeBytes']))}。已下载的部分会保留。`
        : '磁盘放不下其余部分。已下载的部分会保留。',
  }),
}
