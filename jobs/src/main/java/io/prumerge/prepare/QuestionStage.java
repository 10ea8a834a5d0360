package io.prumerge.prepare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.source.ImagePlace;
import io.prumerge.video.FrameFolders;
import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes a benchmark's questions to files as they are read, one JSON object per line. The driver
 * holds one question at a time; the executors read the files.
 */
public final class QuestionStage implements Closeable {

  /** Number of images by which their folder is found. */
  private static final int SAMPLE = 20;

  private final LineFiles files;
  private final MessageDigest digest = Sha256.digest();
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<ImagePlace.Video> videos = new LinkedHashSet<>();

  /**
   * @param folder must not exist
   */
  public QuestionStage(FileSystem fs, Path folder) {
    this.files = new LineFiles(fs, folder);
  }

  /** Writes the next question. */
  public void add(BenchmarkQuestion question) {
    byte[] line = StagedQuestion.of(files.count(), question).json().getBytes(US_ASCII);
    digest.update(line);
    files.add(line);
    Optional<ImagePlace.Video> video = question.image().flatMap(ImagePlace::video);
    if (video.isPresent() && videos.size() < SAMPLE) {
      videos.add(video.get());
      names.addAll(video.get().frames() == null ? FrameFolders.names(video.get()) : List.of());
    }
    if (names.size() < SAMPLE) {
      question.image().stream()
          .flatMap(place -> place.single().stream())
          .filter(ImagePlace::ownFile)
          .forEach(image -> names.add(image.id()));
    }
  }

  /** Returns the number of questions so far. */
  public long count() {
    return files.count();
  }

  /** Returns the SHA-256 over all questions in their order. */
  String sha256() throws IOException {
    MessageDigest soFar;
    try {
      soFar = (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
    return HexFormat.of().formatHex(soFar.digest());
  }

  /** Returns names of the first images that are separate files. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** Returns the first videos. */
  List<ImagePlace.Video> videos() {
    return List.copyOf(videos);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
