# cmake -DIN=file -DNAME=array -DOUT=file -P embed.cmake: the bytes of a file as a C array.
cmake_minimum_required(VERSION 3.20)
file(READ "${IN}" bytes HEX)
# A line of 16 bytes each, the last one shorter.
string(REPEAT "[0-9a-f]" 32 line)
string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUT}" "constexpr unsigned char ${NAME}[] = {\n${bytes}};\n")
