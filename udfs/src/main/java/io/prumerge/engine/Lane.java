package io.prumerge.engine;

import java.util.List;

/** The model's work for one thread: images that come in, and the questions in the decoder. */
interface Lane extends AutoCloseable {

  /** Returns whether more images are useful: what waits does not fill a pass of the decoder. */
  boolean wantsMore();

  /** Returns whether there is something to do without more images. */
  boolean busy();

  /**
   * Encodes images, to ask about them in later steps. Every request is ended by the step that
   * answers its last question.
   *
   * @throws io.prumerge.torch.TorchException if the device fails or its memory is full: then none
   *     of the images was taken
   */
  void take(List<PendingRequest> images);

  /**
   * Does one step: asks about an image that was taken, or runs one pass of the decoder. A request
   * that fails alone ends only its own request.
   *
   * @throws io.prumerge.torch.TorchException if the device is lost
   */
  void step();

  /** Ends every request that was taken. */
  void fail(Throwable why);

  @Override
  void close();
}
