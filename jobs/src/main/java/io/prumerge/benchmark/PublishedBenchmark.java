package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the published benchmarks share: a name, a default split, two ways to score, one reference
 * answer, and a Hugging Face table as the last layout that is looked for.
 */
public abstract class PublishedBenchmark implements Benchmark {

  private final String name;
  private final String defaultSplit;

  protected PublishedBenchmark(String name, String defaultSplit) {
    this.name = name;
    this.defaultSplit = defaultSplit;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String defaultSplit() {
    return defaultSplit;
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LMMS_EVAL);
  }

  /** Returns the first of the reference answers. */
  @Override
  public Optional<String> gold(Reference reference) {
    return reference.answers().stream().findFirst();
  }

  /**
   * Returns the table of the default split, for a source with no file in another layout.
   *
   * @param columns those that tell the benchmark's tables from others
   * @throws DataException with the text {@code otherwise} if there is none
   */
  protected final HuggingFaceTable table(SourceFiles source, String otherwise, Set<String> columns)
      throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.having(source, columns.toArray(String[]::new));
    if (tables.isEmpty()) {
      throw new DataException(otherwise);
    }
    return HuggingFaceTable.one(tables, defaultSplit);
  }
}
