"""Writes src/text/unicode_tables.cpp from this Python's copy of the Unicode Character Database.

python3 native/scripts/unicode_tables.py > native/src/text/unicode_tables.cpp

Any version from 13 on does: later ones only add characters.
"""

import unicodedata

LAST = 0x110000
HANGUL = range(0xAC00, 0xD7A4)  # composed by arithmetic


def category(code):
    return unicodedata.category(chr(code))


def ranges(of):
    """Maximal runs of code points with an equal, true value of `of`: (first, last, value)."""
    runs = []
    for code in range(LAST):
        value = of(code)
        if not value:
            continue
        if runs and runs[-1][1] == code - 1 and runs[-1][2] == value:
            runs[-1][1] = code
        else:
            runs.append([code, code, value])
    return runs


def decompositions():
    """Canonical ones, one step: (code, first, second or 0, whether NFC puts it together again)."""
    found = []
    for code in range(LAST):
        if code in HANGUL or 0xD800 <= code < 0xE000:
            continue
        mapping = unicodedata.decomposition(chr(code))
        if not mapping or mapping.startswith('<'):
            continue
        parts = [int(part, 16) for part in mapping.split()]
        second = parts[1] if len(parts) == 2 else 0
        composes = second != 0 and unicodedata.normalize('NFC', chr(parts[0]) + chr(second)) == chr(code)
        found.append((code, parts[0], second, 1 if composes else 0))
    return found


def table(kind, name, rows, per_line):
    print(f'const {kind} {name}[] = {{')
    cells = ['{' + ', '.join(str(cell) for cell in row) + '}' for row in rows]
    for start in range(0, len(cells), per_line):
        print('    ' + ', '.join(cells[start : start + per_line]) + ',')
    print('};')
    print(f'const std::size_t {name}_count = {len(rows)};')
    print()


print(f'// Made by native/scripts/unicode_tables.py from Unicode {unicodedata.unidata_version}. Not edited by hand.')
print('// clang-format off')
print('#include "text/unicode_tables.h"')
print()
print('namespace roost::text {')
print()
table('CodeRange', 'letter_ranges', [r[:2] for r in ranges(lambda c: category(c)[0] == 'L')], 8)
table('CodeRange', 'number_ranges', [r[:2] for r in ranges(lambda c: category(c)[0] == 'N')], 8)
table('ClassRange', 'class_ranges', ranges(lambda c: unicodedata.combining(chr(c))), 6)
table('Decomposition', 'decompositions', decompositions(), 5)
print('}  // namespace roost::text')
