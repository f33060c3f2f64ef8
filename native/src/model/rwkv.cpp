#include "model/rwkv.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "support/path_text.h"

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

constexpr std::uint32_t first_slots = 4;

// Rows of logits in one pass where tokens are drawn on the device: as many as answers are written at once,
// since each further pass would read the head again.
constexpr std::uint32_t drawn_rows = 64;

// Among the sections of every generation that a state can be tuned for.
constexpr std::size_t att_kv = 1;

}  // namespace

void Rwkv::Step::clear() {
  tokens.clear();
  first.clear();
  slot.clear();
  logit_rows.clear();
  logit_offset.clear();
}

Rwkv::Rwkv(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
           std::vector<StateSection> sections)
    : file_(std::move(file)),
      backend_(std::move(backend)),
      sections_(std::move(sections)),
      logit_rows_(backend_->draws() ? drawn_rows : logit_capacity) {
  for (const StateSection& section : sections_) {
    section_start_.push_back(state_floats_);
    state_floats_ += file_->layers * section.floats;
  }
}

void Rwkv::list(Inventory& inventory) {
  inventory.table(embedding_, "emb.weight");
  if (!file_->ln0_in_embedding) {
    inventory.vector(ln0_gain_, "blocks.0.ln0.weight");
    inventory.vector(ln0_bias_, "blocks.0.ln0.bias");
  }
  for (std::size_t i = 0; i < file_->layers; ++i) list_layer(inventory, i);
  inventory.vector(ln_out_gain_, "ln_out.weight");
  inventory.vector(ln_out_bias_, "ln_out.bias");
  inventory.matrix(head_, "head.weight", Role::head);
  inventory.scratch(x_, file_->width);
  list_scratch(inventory);
  inventory.scratch(last_, file_->width, logit_rows_);
  inventory.scratch(logits_, file_->vocabulary, logit_rows_);
  if (backend_->draws()) inventory.scratch(drawing_, file_->vocabulary, logit_rows_);
}

Result<std::uint64_t> Rwkv::weight_memory(Precision precision) {
  Inventory inventory(*file_, *backend_, precision);
  list(inventory);
  if (!inventory.missing().empty()) {
    return error(ErrorCode::model_damaged, file_->path + " lacks the tensor " + inventory.missing() + ".");
  }
  return inventory.weight_bytes();
}

Status Rwkv::load(const LoadSettings& settings) {
  Inventory inventory(*file_, *backend_, settings.precision);
  list(inventory);
  if (!inventory.missing().empty()) {
    return error(ErrorCode::model_damaged, file_->path + " lacks the tensor " + inventory.missing() + ".");
  }
  const std::uint64_t slots = first_slots * state_floats_ * sizeof(float);
  ROOST_TRY(backend_->reserve_weights(inventory.weight_bytes(), inventory.scratch_bytes() + slots));
  ROOST_TRY(inventory.load(settings));
  ROOST_TRY(file_->intact());  // weights of a file that was cut meanwhile are zeros from there on
  weights_per_token_ = inventory.weight_bytes() + inventory.table_row_bytes();
  multiplications_ = inventory.multiplications();
  ROOST_TRY(inventory.allocate());
  ROOST_TRY(read_tuned_state());
  ROOST_TRY(grow_slots(first_slots));
  return backend_->draws() ? rehearse() : Status();
}

// One token for nobody: what a device needs beside its tensors is there from now on, and not missing when
// sessions have taken all memory.
Status Rwkv::rehearse() {
  ROOST_ASSIGN(const std::uint32_t slot, acquire_slot());
  const std::uint32_t token = 0;
  const Sequence one[] = {{slot, std::span(&token, 1), Logits::last}};
  const TokenDraw draw[1] = {};
  DrawnToken drawn[1];
  const Status status = forward_and_draw(one, draw, drawn);
  release_slot(slot);
  return status;
}

Status Rwkv::read_tuned_state() {
  if (!file_->tuned_state) return {};
  const std::size_t side = file_->head_size;
  std::vector<float> squares(std::size_t{file_->layers} * file_->heads * side * side);
  float* out = squares.data();
  for (std::size_t layer = 0; layer < file_->layers; ++layer) {
    for (std::uint32_t head = 0; head < file_->heads; ++head) {
      const auto* square = file_->find(block(layer) + "att.time_state." + std::to_string(head));
      if (square == nullptr) return error(ErrorCode::internal, "A part of the tuned state is missing.");
      for (std::size_t row = 0; row < side; ++row, out += side) formats::read_row(*square, row, out);
    }
  }
  if (!std::all_of(squares.begin(), squares.end(), [](float number) { return std::isfinite(number); })) {
    return error(ErrorCode::model_damaged,
                 support::file_label(file_->path) + ": its tuned state holds a number that is not finite.");
  }
  ROOST_TRY(file_->intact());
  tuned_state_ = std::move(squares);
  return {};
}

std::uint64_t Rwkv::bytes_per_token() const {
  return weights_per_token_ + 2 * state_floats_ * sizeof(float);
}

// ---- state ----
// A slot is one row: section after section, each of them layer after layer.

Tensor Rwkv::state(std::size_t section, std::size_t layer) const {
  const std::uint64_t floats = sections_[section].floats;
  return state_.columns_from(section_start_[section] + layer * floats, static_cast<std::uint32_t>(floats));
}

Status Rwkv::grow_slots(std::uint32_t count) {
  ROOST_ASSIGN(const Tensor grown,
               backend_->allocate(backend::Use::state, count, static_cast<std::uint32_t>(state_floats_)));
  if (state_) {
    backend_->copy(grown.first_rows(state_.rows), state_);
    backend_->release(state_);
  }
  state_ = grown;
  slot_used_.resize(count, false);
  return {};
}

Result<std::uint32_t> Rwkv::take_slot() {
  auto free = std::find(slot_used_.begin(), slot_used_.end(), false);
  if (free == slot_used_.end()) {
    const auto index = static_cast<std::ptrdiff_t>(slot_used_.size());
    ROOST_TRY(grow_slots(state_.rows * 2));
    free = slot_used_.begin() + index;
  }
  *free = true;
  return static_cast<std::uint32_t>(free - slot_used_.begin());
}

Result<std::uint32_t> Rwkv::acquire_slot() {
  ROOST_ASSIGN(const std::uint32_t slot, take_slot());
  clear_slot(slot);
  if (Status cleared = backend_->wait(); !cleared.ok()) {
    release_slot(slot);
    return std::move(cleared).failure();
  }
  return slot;
}

Result<std::uint32_t> Rwkv::acquire_copy(std::uint32_t from) {
  ROOST_ASSIGN(const std::uint32_t slot, take_slot());
  copy_slot(slot, from);
  return slot;
}

void Rwkv::release_slot(std::uint32_t slot) {
  assert(slot < slot_used_.size() && slot_used_[slot]);
  slot_used_[slot] = false;
}

void Rwkv::clear_slot(std::uint32_t slot) {
  const Tensor row = state_.row(slot);
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const std::uint64_t floats = file_->layers * sections_[i].floats;
    backend_->fill(row.columns_from(section_start_[i], static_cast<std::uint32_t>(floats)),
                   sections_[i].initial);
  }
  if (tuned_state_.empty()) return;
  const std::uint64_t floats = tuned_state_.size();
  // The backend's squares have the key first.
  backend_->write_transposed(row.columns_from(section_start_[att_kv], static_cast<std::uint32_t>(floats)),
                             tuned_state_, file_->head_size);
}

void Rwkv::copy_slot(std::uint32_t to, std::uint32_t from) {
  if (to != from) backend_->copy(state_.row(to), state_.row(from));
}

Status Rwkv::read_state(std::uint32_t slot, std::span<float> out) const {
  if (out.size() != state_floats_) return error(ErrorCode::invalid_argument, "The state has another size.");
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const std::uint64_t floats = file_->layers * sections_[i].floats;
    const Tensor from = state_.row(slot).columns_from(section_start_[i], static_cast<std::uint32_t>(floats));
    const auto to = out.subspan(section_start_[i], floats);
    if (sections_[i].transposed) {
      backend_->read_transposed(to, from, file_->head_size);
    } else {
      backend_->read(to, from);
    }
  }
  return backend_->wait();  // what was read from a lost device is nothing
}

Status Rwkv::write_state(std::uint32_t slot, std::span<const float> in) {
  if (in.size() != state_floats_) return error(ErrorCode::invalid_argument, "The state has another size.");
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const std::uint64_t floats = file_->layers * sections_[i].floats;
    const Tensor to = state_.row(slot).columns_from(section_start_[i], static_cast<std::uint32_t>(floats));
    const auto from = in.subspan(section_start_[i], floats);
    if (sections_[i].transposed) {
      backend_->write_transposed(to, from, file_->head_size);
    } else {
      backend_->write(to, from);
    }
  }
  return backend_->wait();
}

// ---- forward ----

Status Rwkv::check(std::span<const Sequence> batch, std::size_t logits) const {
  std::uint64_t rows = 0;
  std::vector<bool> seen(slot_used_.size(), false);
  for (const Sequence& sequence : batch) {
    if (sequence.tokens.empty()) return error(ErrorCode::tokens_invalid, "There is no token to read.");
    for (const std::uint32_t token : sequence.tokens) {
      if (token < file_->vocabulary) continue;
      return error(ErrorCode::tokens_invalid, "Token " + std::to_string(token) +
                                                  " is outside the vocabulary of " +
                                                  std::to_string(file_->vocabulary) + " entries.");
    }
    if (sequence.slot >= seen.size() || !slot_used_[sequence.slot] || seen[sequence.slot]) {
      return error(ErrorCode::internal,
                   "State slot " + std::to_string(sequence.slot) + " can't be used here.");
    }
    seen[sequence.slot] = true;
    if (sequence.logits == Logits::last) rows += 1;
    if (sequence.logits == Logits::all) rows += sequence.tokens.size();
  }
  if (logits != rows * file_->vocabulary) {
    return error(ErrorCode::internal,
                 "The memory for logits has another size than the rows that were asked for.");
  }
  return {};
}

Status Rwkv::forward(std::span<const Sequence> batch, Mode mode, std::span<float> logits) {
  ROOST_TRY(check(batch, logits.size()));
  std::vector<std::size_t> position(batch.size(), 0);
  std::vector<std::uint64_t> offset(batch.size(), 0);
  for (std::size_t s = 0, next = 0; s < batch.size(); ++s) {
    offset[s] = next * file_->vocabulary;
    if (batch[s].logits == Logits::last) next += 1;
    if (batch[s].logits == Logits::all) next += batch[s].tokens.size();
  }
  const std::size_t most = mode == Mode::sequence ? row_capacity : 1;

  // Passes are filled with sequences in order; which rows travel together changes no number.
  for (std::size_t begin = 0; begin < batch.size();) {
    step_.clear();
    for (std::size_t s = begin; s < batch.size() && step_.tokens.size() < row_capacity; ++s) {
      const Sequence& sequence = batch[s];
      const std::size_t left = sequence.tokens.size() - position[s];
      const std::size_t count = std::min({left, most, row_capacity - step_.tokens.size()});
      if (count == 0) continue;
      const auto tokens = sequence.tokens.subspan(position[s], count);
      const auto first_row = static_cast<std::uint32_t>(step_.tokens.size());
      step_.first.push_back(first_row);
      step_.slot.push_back(sequence.slot);
      step_.tokens.insert(step_.tokens.end(), tokens.begin(), tokens.end());
      for (std::size_t i = 0; i < count; ++i) {
        const bool final_token = position[s] + i + 1 == sequence.tokens.size();
        if (sequence.logits == Logits::none || (sequence.logits == Logits::last && !final_token)) continue;
        step_.logit_rows.push_back(first_row + static_cast<std::uint32_t>(i));
        const std::uint64_t index = sequence.logits == Logits::all ? position[s] + i : 0;
        step_.logit_offset.push_back(offset[s] + index * file_->vocabulary);
      }
      position[s] += count;
    }
    step_.first.push_back(static_cast<std::uint32_t>(step_.tokens.size()));
    ROOST_TRY(run(step_, logits));
    while (begin < batch.size() && position[begin] == batch[begin].tokens.size()) ++begin;
  }
  return {};
}

bool Rwkv::can_draw(std::span<const Sequence> batch) const {
  if (!backend_->draws() || batch.size() > logit_rows_) return false;
  std::size_t rows = 0;
  for (const Sequence& sequence : batch) rows += sequence.tokens.size();
  return rows <= row_capacity;
}

Status Rwkv::forward_and_draw(std::span<const Sequence> batch, std::span<const TokenDraw> draws,
                              std::span<DrawnToken> drawn) {
  assert(can_draw(batch) && draws.size() == batch.size() && drawn.size() == batch.size());
  const auto count = static_cast<std::uint32_t>(batch.size());
  step_.clear();
  for (const Sequence& sequence : batch) {
    step_.first.push_back(static_cast<std::uint32_t>(step_.tokens.size()));
    step_.slot.push_back(sequence.slot);
    step_.tokens.insert(step_.tokens.end(), sequence.tokens.begin(), sequence.tokens.end());
    step_.logit_rows.push_back(static_cast<std::uint32_t>(step_.tokens.size() - 1));
  }
  step_.first.push_back(static_cast<std::uint32_t>(step_.tokens.size()));
  ROOST_TRY(check(batch, std::size_t{count} * file_->vocabulary));

  std::vector<std::vector<backend::Adjustment>> adjustments(count);
  std::vector<backend::Draw> wanted;
  std::vector<std::uint32_t> every;
  for (std::uint32_t i = 0; i < count; ++i) {
    const TokenDraw& draw = draws[i];
    for (const auto& [token, added] : draw.adjustments) adjustments[i].push_back({token, added});
    wanted.push_back({draw.temperature, draw.top_p, draw.min_p, draw.top_k, draw.uniform, adjustments[i]});
    every.push_back(i);
  }
  through_layers(step_);
  head(static_cast<std::uint32_t>(step_.tokens.size()), step_.logit_rows);
  backend_->gather(drawing_.first_rows(count), logits_.first_rows(count), every);
  backend_->draw(drawing_.first_rows(count), wanted);
  ROOST_TRY(backend_->submit());
  ROOST_TRY(backend_->wait());
  std::vector<backend::Drawn> found(count);
  backend_->read_drawn(found);
  ROOST_TRY(backend_->wait());
  ROOST_TRY(file_->intact());
  for (std::uint32_t i = 0; i < count; ++i) drawn[i] = {found[i].token, found[i].logprob, found[i].good};
  return {};
}

Status Rwkv::last_logits(std::size_t i, std::span<float> out) const {
  backend_->read(out, logits_.row(static_cast<std::uint32_t>(i)));
  return backend_->wait();
}

void Rwkv::through_layers(const Step& step) {
  const auto rows = static_cast<std::uint32_t>(step.tokens.size());
  const Batch batch{step.first, step.slot};
  backend_->embed(x_.first_rows(rows), embedding_, step.tokens, ln0_gain_, ln0_bias_, layer_norm_epsilon);
  for (std::size_t index = 0; index < file_->layers; ++index) {
    time_mix(index, rows, batch);
    channel_mix(index, rows, batch);
  }
}

Status Rwkv::run(const Step& step, std::span<float> logits) {
  const auto rows = static_cast<std::uint32_t>(step.tokens.size());
  through_layers(step);
  const std::span<const std::uint32_t> wanted = step.logit_rows;
  for (std::size_t done = 0;;) {
    const std::size_t count = std::min<std::size_t>(wanted.size() - done, logit_rows_);
    if (count > 0) head(rows, wanted.subspan(done, count));
    ROOST_TRY(backend_->submit());
    ROOST_TRY(backend_->wait());
    // Rows of the embedding come from the file itself; without it they would be zeros, and the answer
    // nonsense.
    ROOST_TRY(file_->intact());
    for (std::size_t i = 0; i < count; ++i) {
      backend_->read(logits.subspan(step.logit_offset[done + i], file_->vocabulary),
                     logits_.row(static_cast<std::uint32_t>(i)));
    }
    ROOST_TRY(backend_->wait());  // of a device that was lost meanwhile nothing was read
    done += count;
    if (done == wanted.size()) return {};
  }
}

void Rwkv::head(std::uint32_t rows, std::span<const std::uint32_t> wanted) {
  const auto count = static_cast<std::uint32_t>(wanted.size());
  const Tensor last = last_.first_rows(count);
  backend_->gather(last, x_.first_rows(rows), wanted);
  backend_->layer_norm(last, last, ln_out_gain_, ln_out_bias_, layer_norm_epsilon);
  const backend::Product logits[] = {{logits_.first_rows(count), last, head_, Epilogue::none, {}}};
  backend_->products(logits);
}

}  // namespace roost::model
