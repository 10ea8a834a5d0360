package io.prumerge.mini.scene;

/** What happens in a clip. */
public enum ClipEvent {
  /** Two shapes move, each in one direction; what leaves on one side comes back on the other. */
  DIRECTION("moving_direction"),
  /** Two shapes change their colours one to four times, to and fro between two. */
  COUNT("action_count"),
  /** Four shapes change their colours once, one after the other. */
  ORDER("action_sequence"),
  /** Four shapes in four places change places once or twice. */
  SHUFFLE("object_shuffle");

  private final String task;

  ClipEvent(String task) {
    this.task = task;
  }

  /** Returns the task of MVBench with questions of this kind. */
  public String task() {
    return task;
  }
}
