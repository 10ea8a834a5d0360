package io.prumerge.fuzz;

import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.published.PublishedFile;
import io.prumerge.source.DataException;
import io.prumerge.store.Folders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of published figures: CSV, TSV, YAML. */
final class PublishedFiles {

  private static final Target.Heap HEAP = new Target.Heap(16 << 20, 600);

  private static final String CSV =
      """
      method,model,benchmark,metric,split,prompts,profile,tokens,score,source,remark
      none,llava-hf/llava-1.5-7b-hf,TextVQA,accuracy,val,llava,llava,576,58.2 %,"A, table 3",
      "prumerge:k=16,merge=off",llava-1.5-7b,mme,perception,test,,,~32,"1.510,7",B,"a ""remark"" of C"
      """;

  private PublishedFiles() {}

  static List<Target> targets() {
    return List.of(
        target("print.csv", CSV),
        target(
            "print.tsv",
            CSV.lines().findFirst().orElseThrow().replace(',', '\t')
                + "\nnone\tm\tpope\tf1\ttest\t\t\t~32\t85,9\tA\tB\n"),
        target(
            "print.yaml",
            """
            sources: [A]
            columns:
              - {benchmark: textvqa, metric: accuracy, split: val, title: TextVQA}
              - {benchmark: pope, metric: f1}
            rows:
              - {method: none, model: m, resolution: 336, tokens: "~32", values: [58.2, null], run: "evaluate --model NAME --method none"}
              - {method: prumerge, model: m, tokens: 32, values: [41, 85.9], prompts: llava, profile: llava, source: B, remark: C}
            """));
  }

  private static Target target(String name, String seed) {
    Path file = Workplace.folder().resolve(name);
    Folders folders = Folders.withoutSpark(Console.SILENT);
    return new Target(
        name,
        List.of(seed.getBytes(StandardCharsets.UTF_8)),
        bytes -> {
          Files.write(file, bytes);
          PublishedFile.of(Optional.of(file.toString()), folders);
        },
        List.of(DataException.class, UsageException.class),
        HEAP);
  }
}
