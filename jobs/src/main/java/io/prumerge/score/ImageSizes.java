package io.prumerge.score;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageDecoder.ImageInfo;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the sizes of images whose files do not say them, on executors. */
final class ImageSizes {

  private static final int IMAGES_PER_TASK = 1024;

  private record Sized(String image, int width, int height) implements Serializable {}

  private ImageSizes() {}

  /**
   * Returns the questions with their images' sizes.
   *
   * @throws DataException naming an image that is missing or damaged
   */
  static List<BenchmarkQuestion> added(SparkSession spark, List<BenchmarkQuestion> questions) {
    Map<String, ImagePlace> places = new LinkedHashMap<>();
    for (BenchmarkQuestion question : questions) {
      if (!question.extra().containsKey(BenchmarkQuestion.WIDTH)) {
        question.image().ifPresent(place -> places.putIfAbsent(place.id(), place));
      }
    }
    if (places.isEmpty()) {
      return List.copyOf(questions);
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    Map<String, Sized> sizes = new HashMap<>();
    context
        .parallelize(List.copyOf(places.values()), places.size() / IMAGES_PER_TASK + 1)
        .mapPartitions(part -> read(part, hadoop.value().value()))
        .collect()
        .forEach(sized -> sizes.put(sized.image(), sized));
    return questions.stream()
        .map(
            question ->
                question
                    .image()
                    .map(ImagePlace::id)
                    .map(sizes::get)
                    .map(sized -> question.sized(sized.width(), sized.height()))
                    .orElse(question))
        .toList();
  }

  private static Iterator<Sized> read(Iterator<ImagePlace> places, Configuration hadoop)
      throws IOException {
    ImageLimits limits = ImageLimits.DEFAULT;
    List<Sized> sizes = new ArrayList<>();
    try (ImageReader reader =
        new ImageReader(ImageFolder.NONE, Math.toIntExact(limits.maxBytes()), hadoop)) {
      while (places.hasNext()) {
        ImagePlace place = places.next();
        byte[] image = reader.read(place).orElseThrow(() -> unsized(place, "it is missing", null));
        try {
          ImageInfo info = ImageDecoder.probe(image, limits);
          sizes.add(new Sized(place.id(), info.width(), info.height()));
        } catch (ImageException e) {
          throw unsized(place, e.getMessage(), e);
        }
      }
    }
    return sizes.iterator();
  }

  private static DataException unsized(ImagePlace place, String why, Exception cause) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "Cannot find the size of image %s, which scoring needs: %s",
            place.id(),
            why),
        cause);
  }
}
