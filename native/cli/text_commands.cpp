// tokenize and snapshot: commands about data that a person may want to look into.
#include <string_view>

#include "arguments.h"
#include "commands.h"
#include "files.h"
#include "roost/snapshot.h"
#include "roost/tokenizer.h"
#include "support/json.h"

namespace roost::cli {
namespace {

using support::JsonWriter;

constexpr std::uint64_t text_limit = 256u << 20;
constexpr std::uint64_t snapshot_limit = std::uint64_t{4} << 30;

Error usage(const std::string& what) {
  return error(ErrorCode::invalid_argument, what);
}

Outcome printed(const JsonWriter& writer, int status = done) {
  if (!print(writer.text() + "\n"))
    return error(ErrorCode::write_failed, "Standard output can't be written.");
  return status;
}

std::string base64(std::string_view bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : letters[(group >> (18 - 6 * j)) & 63];
    }
  }
  return out;
}

std::span<const std::byte> bytes_of(const std::string& content) {
  return std::as_bytes(std::span(content.data(), content.size()));
}

void write_header(JsonWriter& json, const SnapshotHeader& header) {
  json.member("format_version", header.format_version)
      .member("model_fingerprint", header.model_fingerprint)
      .member("tokenizer_fingerprint", header.tokenizer_fingerprint)
      .member("generation", header.generation)
      .member("weights", header.weights)
      .member("device", header.device)
      .member("layers", header.layers)
      .member("width", header.width)
      .member("heads", header.heads)
      .member("head_size", header.head_size)
      .member("vocab", header.vocab)
      .member("token_count", header.token_count)
      .member("prefix_hash", header.prefix_hash)
      .member("initial_state", header.initial_state)
      .member("has_logits", header.has_logits)
      .member("state_floats", header.state_floats)
      .member("checksum", header.checksum);
}

}  // namespace

Outcome tokenize_command(std::span<const std::string> words) {
  const std::string_view flags[] = {"decode"};
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, load_option_names(), flags));
  if (!arguments.names().empty())
    return usage("Usage: roost-engine tokenize [--decode] [--vocab world|neox|PATH]");
  ROOST_ASSIGN(const auto tokenizer, load_tokenizer(arguments.text("vocab"), vocabulary_folders()));
  ROOST_ASSIGN(const std::string input, read_standard_input(text_limit));
  JsonWriter json;
  if (arguments.has("decode")) {
    ROOST_ASSIGN(const std::vector<std::uint32_t> ids, parse_tokens(input, "Standard input"));
    ROOST_ASSIGN(const std::string bytes, tokenizer->decode(ids));
    json.begin_object().member("text", bytes).member("bytes_base64", base64(bytes)).end_object();
  } else {
    ROOST_ASSIGN(const std::vector<std::uint32_t> ids, tokenizer->encode(input));
    json.begin_object().key("ids").begin_array();
    for (const std::uint32_t id : ids) json.value(id);
    json.end_array().end_object();
  }
  return printed(json);
}

Outcome snapshot_command(std::span<const std::string> words) {
  const std::string_view options[] = {"model"};
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, {}));
  const auto& names = arguments.names();
  const bool verify = names.size() == 2 && names[0] == "verify" && arguments.has("model");
  if (!verify && (names.size() != 2 || names[0] != "inspect" || arguments.has("model"))) {
    return usage("Usage: roost-engine snapshot inspect F, or snapshot verify F --model MODEL");
  }
  ROOST_ASSIGN(const std::string content, read_file(names[1], snapshot_limit));
  JsonWriter json;
  json.begin_object();
  if (!verify) {
    const auto header = inspect_snapshot(bytes_of(content));
    if (!header.ok()) return error(header.failure().code, names[1] + ": " + header.failure().message);
    write_header(json, header.value());
    json.end_object();
    return printed(json);
  }
  ROOST_ASSIGN(const ModelInfo info, inspect_model(arguments.text("model")));
  const Status fit = verify_snapshot(bytes_of(content), info);
  json.member("accepted", fit.ok());
  if (!fit.ok()) {
    json.member("code", name_of(fit.failure().code)).member("reason", fit.failure().message);
  }
  json.end_object();
  ROOST_TRY([&]() -> Status {
    const Outcome outcome = printed(json);
    return outcome.ok() ? Status() : Status(outcome.failure());
  }());
  if (!fit.ok()) return error(fit.failure().code, names[1] + ": " + fit.failure().message);
  return done;
}

}  // namespace roost::cli
