package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.metric.Inference;
import io.prumerge.plan.AskedExamples;
import io.prumerge.published.PublishedFile;
import io.prumerge.report.page.PageLink;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a report is to be about.
 *
 * @param runs folders of runs
 * @param unfinished whether runs may be unfinished
 * @param examples folders with the images; without one, the folders that the runs name
 * @param inference statistics, with a baseline in the runs' spelling
 * @param contrasts comparisons in addition to those of every report, as {@code A:B}
 * @param published figures beside which those of the runs are put
 * @param also other pages about the same, to which the report's leads
 */
public record AskedReport(
    List<String> runs,
    boolean unfinished,
    AskedExamples examples,
    Inference inference,
    List<String> contrasts,
    Optional<PublishedFile> published,
    List<PageLink> also) {

  public AskedReport {
    runs = List.copyOf(runs);
    contrasts = List.copyOf(contrasts);
    also = List.copyOf(also);
  }

  /** Asks for a report of finished runs as every run has one. */
  public static AskedReport of(List<String> runs) {
    return new AskedReport(
        runs,
        false,
        AskedExamples.in(List.of()),
        Inference.against(Inference.BASELINE),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /** Returns the same with links to other pages. */
  public AskedReport beside(List<PageLink> pages) {
    return new AskedReport(runs, unfinished, examples, inference, contrasts, published, pages);
  }

  ReportedRuns open(Folders folders) throws IOException {
    return ReportedRuns.of(Setting.RUNS, runs, folders, unfinished);
  }
}
