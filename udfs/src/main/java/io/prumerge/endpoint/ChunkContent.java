package io.prumerge.endpoint;

/** What a chunk of a streamed answer brings. */
public enum ChunkContent {
  /** No text: the role, the reason of the end. */
  NONE,
  /** Text of a thought, in a field of its own. */
  THOUGHT,
  /** Text of the answer; of a thought, too, where the service leaves thoughts in it. */
  ANSWER
}
