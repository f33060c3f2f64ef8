// A wrong file is called what it is.
#include "formats/container_kind.h"

#include "check.h"
#include "formats/test_files.h"

using namespace test_files;

TEST("files that are no model are named for what they are") {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> files[] = {
      {"", "empty"},
      {"<!DOCTYPE html>\n<html><head><title>404</title>", "web page"},
      {"\xef\xbb\xbf \n<HTML lang=en>", "web page"},
      {"<?xml version=\"1.0\"?><a/>", "XML"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 382223868\n", "Git LFS pointer"},
      {"{\"error\":\"Not found\"}", "JSON"},
      {"hello", "a text"},
      {"\x80\x04\x95\x00\x00"s, "bare Python pickle"},
      {"\x1f\x8b\x08\x00"s, "gzip"},
      {"7z\xbc\xaf\x27\x1c\x00\x04"s, "7-Zip"},
      {"Rar!\x1a\x07\x01\x00"s, "RAR"},
      {"PK\x05\x06"s + std::string(18, '\0'), "empty ZIP"},
      {std::string(257, 'a') + "ustar\x00"s, "tar"},
      {"%PDF-1.7\n\xff\xfe", "PDF"},
      {"\x7f"
       "ELF\x02\x01\x01"s,
       "program"},
      {std::string(5000, '\0'), "nothing but zeros"},
      {"\x01\x02\x03\xff\xfe\xfd\xfc\xfb\xfa", "none of the forms"},
      {"SQLite format 3\x00"s, "SQLite"},
  };
  for (const auto& [file, part] : files) CHECK_REFUSED(file, "not_a_model", part);
}

TEST("models in forms that are not supported are named too") {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> files[] = {
      {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02"s, "before version 1.6"},
      {"fmgg\x65\x00\x00\x00"s, "rwkv.cpp"},
      {"FUGG\x00\x00\x00\x03"s, "reversed byte order"},
  };
  for (const auto& [file, part] : files) CHECK_REFUSED(file, "model_unsupported", part);
}

TEST_MAIN()
