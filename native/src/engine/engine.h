// Builds an engine from its parts; load_engine() does it with a model file, tests with a model of their own.
#pragma once

#include <memory>
#include <string>

#include "formats/model_file.h"
#include "model/language_model.h"
#include "roost/session.h"
#include "text/tokenizer.h"

namespace roost::engine {

struct Assembly {
  ModelInfo info;
  std::string weights = "file";  // SnapshotHeader::weights
  std::shared_ptr<const formats::ModelFile>
      file;  // asked before each generation whether it changed; may be null
  std::shared_ptr<const text::Tokenizer> tokenizer;  // may be null
  std::uint32_t chunk = 0;                           // 0: prompt_chunk(info.parameters)
};

Result<std::shared_ptr<Engine>> make_engine(std::unique_ptr<model::LanguageModel> model, Assembly assembly);

ModelInfo describe(const formats::ModelFile& file);
std::string weights_name(WeightFormat format);

// What loading needs, for those who run a model without an engine. Errors: as load_engine.
Result<std::unique_ptr<model::LanguageModel>> load_model(std::shared_ptr<const formats::ModelFile> file,
                                                         const LoadOptions& options);

}  // namespace roost::engine
