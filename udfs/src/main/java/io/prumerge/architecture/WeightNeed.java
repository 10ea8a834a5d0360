package io.prumerge.architecture;

/** Whether a checkpoint has a tensor. */
public enum WeightNeed {
  /** Every checkpoint of this architecture has it. */
  ALWAYS,
  /** Some checkpoints of this architecture have it, and this one does. */
  CHOSEN,
  /** Some checkpoints of this architecture have it, and this one does not. */
  ABSENT,
  /** A checkpoint may have it; nothing reads it. */
  UNREAD
}
