package io.prumerge.benchmark.scienceqa;

import io.prumerge.benchmark.PromptProfile;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * One split, from the official {@code problems.json} and {@code pid_splits.json} or from Hugging
 * Face's Parquet files.
 *
 * @param split {@code test}, {@code val} or {@code train}
 * @param byPid in the order of {@code pid_splits.json}, or of the rows
 */
record ScienceQaProblems(String split, SideRows<String, ScienceQaProblem> byPid) {

  /** Folder of the files in the official repository. */
  static final String FOLDER = "data/scienceqa";

  static final String PROBLEMS = "problems.json";
  static final String SPLITS = "pid_splits.json";

  /** Splits in the order of preference. The test split is the reported one. */
  private static final List<String> PREFERRED = List.of("test", "val", "train");

  /**
   * Prefix of the row number as the id of problems from Parquet files, which have no pid. No pid
   * begins like this, so answers by pid never match rows.
   */
  static final String ROW = "row-";

  private static final String[] COLUMNS = {
    "question", "choices", "answer", "hint", "subject", "grade", "topic"
  };
  private static final String IMAGE = "image";

  /**
   * Reads the official files, or else the Parquet files.
   *
   * @param split chooses among Parquet files of several splits
   */
  static ScienceQaProblems read(SourceFiles source, String split, PromptProfile prompts)
      throws IOException {
    List<HuggingFaceTable> tables =
        source.find(SPLITS, FOLDER).isPresent()
            ? List.of()
            : HuggingFaceTable.having(source, COLUMNS);
    ScienceQaProblems problems =
        tables.isEmpty()
            ? official(source, prompts)
            : ofTable(HuggingFaceTable.one(tables, source.split().orElse(split)), source, prompts);
    source.reads(problems.split());
    return problems;
  }

  private static ScienceQaProblems ofTable(
      HuggingFaceTable table, SourceFiles source, PromptProfile prompts) throws IOException {
    SideRows<String, ScienceQaProblem> problems = new SideRows<>(source.leftOut());
    int[] count = new int[1];
    rows(
            ScienceQaConversations.find(table.split(), source, prompts),
            "the table of problems",
            source)
        .<HuggingFaceRow>read(
            all -> table.read(Set.of(COLUMNS), Set.of(IMAGE), all),
            row -> {
              String name = ROW + count[0]++; // rows that are left out have theirs too
              problems.put(name, ScienceQaProblem.of(name, row));
            });
    return new ScienceQaProblems(table.split(), problems);
  }

  /** Returns the wanted split, or the first of test, val and train that has problems. */
  private static ScienceQaProblems official(SourceFiles source, PromptProfile prompts)
      throws IOException {
    JsonLine splits = JsonDocument.read(file(source, SPLITS), source.hadoop());
    List<String> candidates = source.split().map(List::of).orElse(PREFERRED);
    String split =
        candidates.stream()
            .filter(name -> !splits.texts(name).isEmpty())
            .findFirst()
            .orElseThrow(
                () ->
                    splits.error(
                        Text.format("no problems in split %s", String.join(", ", candidates))));
    Set<String> asked = new LinkedHashSet<>(splits.texts(split));
    Map<String, ScienceQaProblem> found = new LinkedHashMap<>();
    Map<String, DataException> invalid = new HashMap<>();
    long[] others = new long[1];
    JsonItems.fields(
        file(source, PROBLEMS),
        source.hadoop(),
        (pid, line) -> {
          if (asked.contains(pid)) {
            try {
              found.put(pid, ScienceQaProblem.of(pid, line));
            } catch (DataException e) {
              invalid.put(pid, e);
            }
          } else {
            others[0]++;
          }
        });
    SideRows<String, ScienceQaProblem> ordered = new SideRows<>(source.leftOut());
    Optional<Path> conversations = ScienceQaConversations.find(split, source, prompts);
    LeftOutRows rows = rows(conversations, PROBLEMS, source);
    rows.addOfOtherSplits(others[0]);
    rows.read(
        asked::forEach,
        pid -> {
          ScienceQaProblem problem = found.get(pid);
          if (invalid.containsKey(pid)) {
            throw invalid.get(pid);
          }
          if (problem == null) {
            throw splits
                .error(
                    Text.format("split %s names problem %s, which %s lacks", split, pid, PROBLEMS))
                .unmatched();
          }
          ordered.put(pid, problem);
        },
        Optional::of);
    return new ScienceQaProblems(split, ordered);
  }

  /** Returns the account of problems, which are questions unless LLaVA's file asks for them. */
  private static LeftOutRows rows(Optional<Path> conversations, String file, SourceFiles source) {
    return conversations.isPresent() ? source.leftOut().beside(file) : source.leftOut().keeping();
  }

  private static Path file(SourceFiles source, String name) throws IOException {
    return source
        .find(name, FOLDER)
        .orElseThrow(
            () ->
                new DataException(
                    Text.format(
                        "No %s in %s; ScienceQA's %s and %s are read together (LLaVA's"
                            + " llava_test_CQM-A.json next to them), or Hugging Face's Parquet"
                            + " files",
                        name, source.described(), PROBLEMS, SPLITS)));
  }
}
