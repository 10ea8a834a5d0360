package io.prumerge.jobs;

import io.prumerge.benchmark.ImagePlace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;

/**
 * An image's questions on their way to the task that reads the image. Packed they take a tenth of
 * the driver's memory, and Spark sends them as they are.
 *
 * @param place where the image lies; empty for text-only questions
 * @param questions {@link QuestionRows#image}
 */
record ImageQuestions(Optional<ImagePlace> place, Row questions) {

  static byte[] pack(List<ImageQuestions> images) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(new GZIPOutputStream(bytes))) {
      out.writeInt(images.size());
      for (ImageQuestions image : images) {
        out.writeObject(image.place.orElse(null));
        out.writeObject(image.questions);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot pack questions", e);
    }
    return bytes.toByteArray();
  }

  static List<ImageQuestions> unpack(byte[] packed) {
    List<ImageQuestions> images = new ArrayList<>();
    try (ObjectInputStream in =
        new ObjectInputStream(new GZIPInputStream(new ByteArrayInputStream(packed)))) {
      for (int i = in.readInt(); i > 0; i--) {
        Optional<ImagePlace> place = Optional.ofNullable((ImagePlace) in.readObject());
        images.add(new ImageQuestions(place, (Row) in.readObject()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack questions", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("The driver has a class that this executor lacks", e);
    }
    return images;
  }
}
