package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.report.VideoAnswers;
import io.prumerge.store.Records;
import io.prumerge.store.RunRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What frames and methods move stands on the pages and among the tables as LaTeX. */
@Tag("spark")
class ProtocolPageTest {

  @TempDir private Path folder;

  @Test
  void framesStandBesideMethods() throws IOException {
    VideoAnswers answers = new VideoAnswers();
    answers.answers("1", "lmms-eval:8", "none", 0.7);
    answers.answers("1", "lmms-eval:8", VideoAnswers.PRUNED, 0.55);
    answers.answers("1", "lmms-eval:8", "frames=2", 0.6);
    answers.answers("1", "lmms-eval:8", "frames=4", 0.6);
    answers.fail(answers.answers("2", "qwen2:8", "none", 0.75), 6);
    answers.answers("2", "qwen2:8", VideoAnswers.PRUNED, 0.5);
    answers.answers("3", "lmms-eval:4", "none", 0.6);
    answers.answers("4", "qwen2:4", "none", 0.6);
    Path report = folder.resolve("report");
    Path latex = folder.resolve("latex");

    ReportPages.write(
        LocalSpark.session(),
        PageSources.builder(report.toString(), answers.report())
            .runs(
                List.of(
                    run("1", "lmms-eval:8"),
                    run("2", "qwen2:8"),
                    run("3", "lmms-eval:4"),
                    run("4", "qwen2:4")))
            .predictions(answers.predictions())
            .scores(answers.scores())
            .latex(Optional.of(new org.apache.hadoop.fs.Path(latex.toString())))
            .build());

    String html = Files.readString(report.resolve(ReportPages.HTML));
    assertThat(html)
        .contains("<section id=\"protocols\">")
        .contains("<a href=\"#protocols\">Frames</a>")
        .contains("<code>protocols</code>")
        .contains("<dt>frames</dt>")
        .contains("frames of lmms-eval:4: not available", "not shown: frames of qwen2:4")
        .contains("<small>against 0</small>")
        .contains("25 % of each video", "paired by video")
        .doesNotContain("by image");
    String markdown = Files.readString(report.resolve(ReportPages.MARKDOWN));
    assertThat(markdown)
        .contains("## Frames and methods", "the choice of frames moves the score by ")
        .contains("| lmms-eval:4 minus lmms-eval:8, half as many frames |");
    assertThat(Files.readString(latex.resolve("protocols.tex")))
        .contains("lmms-eval:4 minus lmms-eval:8", "choice of frames");
  }

  private static RunRow run(String id, String protocol) {
    return Records.of(
        RunRow.class,
        Map.ofEntries(
            Map.entry("run_id", id),
            Map.entry("model", "mini"),
            Map.entry("dtype", "fp32"),
            Map.entry("methods", List.of()),
            Map.entry("examples", List.of()),
            Map.entry("configuration", "{\"configuration\": {\"protocol\": \"" + protocol + "\"}}"),
            Map.entry("n_rows", 42L),
            Map.entry("n_errors", 0L),
            Map.entry("started_at", Timestamp.from(Instant.EPOCH)),
            Map.entry("ended_at", Timestamp.from(Instant.EPOCH)),
            Map.entry("hosts", List.of("host")),
            Map.entry("devices", List.of("cpu"))));
  }
}
