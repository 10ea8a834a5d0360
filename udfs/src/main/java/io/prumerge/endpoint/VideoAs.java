package io.prumerge.endpoint;

/** How a video is sent to an endpoint. */
public enum VideoAs {
  /** Each frame in a part of its own, as a picture, in the order of time. */
  PICTURES,
  /** All frames in one part, {@code data:video/jpeg;base64,F1,F2,...}, which vLLM reads. */
  FRAMES
}
