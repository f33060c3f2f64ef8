// What pdf.js expects of the place that it runs in, before it is loaded. It is used for text only, so it gets no canvas:
// its search for one in the system would warn, and load native code.
const place = globalThis as unknown as Record<string, unknown>
for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) place[name] ??= function () {} as unknown
