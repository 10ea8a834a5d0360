package io.prumerge.engine;

import io.prumerge.image.ImageException;
import java.util.List;

/** A model behind an {@link ImageQueue} that answers about several images at once. */
interface BatchAnswerer extends AutoCloseable {

  /** Returns the lanes that share the device. */
  Lanes lanes();

  /** Images each lane has room for at once. */
  int mostImages();

  /**
   * Makes the pixels, where there is an image. Called by several threads, while the device works.
   *
   * @throws ImageException if the image cannot be read
   */
  void prepare(PendingImage image) throws ImageException;

  /**
   * The answers of each image, in order; those of a cancelled request may be empty. Called by one
   * thread for each lane.
   *
   * @param passed is run after each pass of the model
   * @throws io.prumerge.model.TorchException if the device fails, or has no room for the batch
   */
  List<List<Answer>> answer(List<PendingImage> images, Runnable passed);

  /** An image's answers where all questions that have no error of their own have this one. */
  List<Answer> failed(PendingImage image, String error);

  /** The device in use: {@code cpu} or {@code cuda:N}. */
  String device();

  /** The arithmetic in use: {@code fp32}, {@code bf16} or {@code fp16}. */
  String dtype();

  @Override
  void close();
}
