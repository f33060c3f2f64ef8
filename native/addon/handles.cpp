#include "handles.h"

#include <utility>

namespace roost::addon {

LiveCounts& live_counts() {
  static LiveCounts counts;  // trivially destroyed
  return counts;
}

ModelHolder::ModelHolder(std::shared_ptr<Mailbox> mailbox_in, std::shared_ptr<Engine> engine_in)
    : mailbox(std::move(mailbox_in)), engine(std::move(engine_in)) {}

std::shared_ptr<ModelHolder> ModelHolder::make(std::shared_ptr<Mailbox> mailbox,
                                               std::shared_ptr<Engine> engine) {
  live_counts().models++;
  return std::shared_ptr<ModelHolder>(new ModelHolder(mailbox, std::move(engine)),
                                      [mailbox](ModelHolder* holder) {
                                        (void)mailbox->run_job([holder] {
                                          holder->destroy();
                                          delete holder;
                                        });
                                      });
}

void ModelHolder::destroy() {
  const std::lock_guard lock(teardown);
  for (const std::weak_ptr<SessionHolder>& weak : sessions) {
    const std::shared_ptr<SessionHolder> holder = weak.lock();
    if (holder && holder->session) {
      holder->session.reset();
      live_counts().sessions--;
    }
  }
  if (engine) {
    engine->close();
    engine.reset();
    live_counts().models--;
  }
}

SessionHolder::SessionHolder(std::shared_ptr<ModelHolder> model_in, std::unique_ptr<Session> session_in)
    : model(std::move(model_in)), session(std::move(session_in)) {}

std::shared_ptr<SessionHolder> SessionHolder::make(std::shared_ptr<ModelHolder> model,
                                                   std::unique_ptr<Session> session) {
  live_counts().sessions++;
  std::shared_ptr<Mailbox> mailbox = model->mailbox;
  const std::uint64_t count = session->token_count();
  std::string initial_state = session->initial_state();
  std::shared_ptr<SessionHolder> made(
      new SessionHolder(std::move(model), std::move(session)),
      // When no thread can be had it is leaked: better than waiting where nothing may wait.
      [mailbox](SessionHolder* holder) {
        (void)mailbox->run_job([holder] {
          holder->destroy();
          delete holder;
        });
      });
  made->token_count = count;
  made->initial_state = std::move(initial_state);
  return made;
}

void SessionHolder::destroy() {
  const std::lock_guard lock(model->teardown);
  if (session) {
    session.reset();
    live_counts().sessions--;
  }
}

void SessionHolder::cancel() {
  cancel_requested = true;
  if (started && session) session->cancel();
}

}  // namespace roost::addon
