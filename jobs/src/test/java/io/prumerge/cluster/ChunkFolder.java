package io.prumerge.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads a run's {@code _chunks/} during the run. */
public record ChunkFolder(Path run) {

  /** Returns the committed markers by file name. */
  public SortedMap<String, String> markers() throws IOException {
    SortedMap<String, String> markers = new TreeMap<>();
    for (Path marker : entries(path -> path.getFileName().toString().startsWith("committed-"))) {
      markers.put(marker.getFileName().toString(), Files.readString(marker));
    }
    return markers;
  }

  /** Returns the number of started attempts at chunks, committed or not. */
  public int attempts() throws IOException {
    return entries(Files::isDirectory).size();
  }

  private List<Path> entries(Predicate<Path> which) throws IOException {
    try (Stream<Path> chunks = Files.list(run.resolve("_chunks"))) {
      return chunks.filter(which).toList();
    } catch (NoSuchFileException e) {
      return List.of(); // nothing yet
    }
  }
}
