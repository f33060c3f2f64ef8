// The valid inputs that fuzzing begins from. All are made by code, so that none has to be kept as a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/test_files.h"

namespace roost::fuzz {

std::vector<test_files::ZipItem> pth_storages();  // what pth_seeds() describe: one storage, "m/data/0"

std::vector<std::string> pickle_seeds();
std::vector<std::string> zip_seeds();
std::vector<std::string> pth_seeds();  // only the pickle
std::vector<std::string> safetensors_seeds();
std::vector<std::string> gguf_seeds();
std::vector<std::string> state_seeds();
std::vector<std::string> json_seeds();
std::vector<std::string> snapshot_seeds();
std::vector<std::string> vocabulary_seeds();
std::vector<std::string> tokens_seeds();
std::vector<std::string> bpe_seeds();
std::vector<std::string> index_seeds();
std::vector<std::string> npy_seeds();

std::vector<std::string_view> pickle_words();
std::vector<std::string_view> zip_words();
std::vector<std::string_view> safetensors_words();
std::vector<std::string_view> gguf_words();
std::vector<std::string_view> json_words();
std::vector<std::string_view> snapshot_words();
std::vector<std::string_view> vocabulary_words();
std::vector<std::string_view> bpe_words();
std::vector<std::string_view> npy_words();

}  // namespace roost::fuzz
