package io.prumerge.generation;

import io.prumerge.model.decoding.Generation;
import java.util.List;

/** Who asked the questions of a group. Called on the thread that runs the {@link Scheduler}. */
public interface GroupCaller {

  /** Returns whether the answers are still wanted; looked at between passes. */
  boolean isOpen();

  /**
   * Takes the answers in the order of the group's questions. Those of a group that was not wanted
   * any more are abandoned.
   */
  void answered(List<Generation> answers);

  /**
   * Notes that there will be no answers: a pass for this group alone failed, otherwise than by
   * memory.
   */
  void failed(Throwable why);
}
