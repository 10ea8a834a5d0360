package io.prumerge.engine;

import io.prumerge.image.codec.ImageException;
import java.util.List;

/** The model that answers an {@link ImageQueue}'s requests. */
interface Answerer extends AutoCloseable {

  /** Returns the lanes that share the device. */
  Lanes lanes();

  /** Returns the number of images that go through each lane's tower at once, by their weight. */
  int mostImages();

  /** Returns the number of images that each lane's decoder may take at once. */
  int mostOpen();

  /**
   * Returns the number of images that a request is going to count as in a batch of the tower, by
   * what is known before its pictures are decoded.
   */
  int expectedWeight(ImageRequest request);

  /**
   * Makes what needs no device: the pixels, where there is an image, and the prompts. Called by
   * several threads, while the device works.
   *
   * @throws ImageException if the image cannot be read
   */
  void prepare(PendingRequest pending) throws ImageException;

  /**
   * Returns the work of one of the lanes.
   *
   * @param passed is run after each pass of the model
   */
  Lane lane(Runnable passed);

  /**
   * Returns an image's answers where all questions that have no error of their own have this one.
   */
  List<Answer> failed(PendingRequest pending, String error);

  /** Returns the device in use: {@code cpu} or {@code cuda:N}. */
  String device();

  @Override
  void close();
}
