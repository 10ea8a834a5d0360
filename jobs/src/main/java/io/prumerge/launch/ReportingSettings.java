package io.prumerge.launch;

import io.prumerge.metric.Inference;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.RunSetting;
import java.util.List;
import picocli.CommandLine.Option;

/** The settings of a report, as the command line or code gives them. */
public final class ReportingSettings {

  @Option(
      names = "--runs",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of finished runs.")
  public List<String> runs = List.of();

  @Option(
      names = "--partial",
      description =
          "Also take unfinished runs: the report is about their committed chunks, and says so.")
  public boolean partial;

  @Option(
      names = "--examples",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables with the images; default: the tables that the runs name.")
  public List<String> examples = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the report.")
  public String output;

  @Option(
      names = "--baseline",
      defaultValue = Inference.BASELINE,
      converter = BaselineReader.class,
      paramLabel = "SPEC",
      description = "Method that the others are compared with; default ${DEFAULT-VALUE}.")
  public MethodSpec baseline;

  @Option(names = "--published", paramLabel = "FILE", description = RunSetting.PUBLISHED_HELP)
  public String published;

  @Option(
      names = "--replicates",
      defaultValue = "" + Inference.DEFAULT_REPLICATES,
      paramLabel = "N",
      description =
          "Bootstrap replicates for the intervals of metrics without a maximum; default"
              + " ${DEFAULT-VALUE}, 100 to 100000.")
  public int replicates = Inference.DEFAULT_REPLICATES;

  @Option(
      names = "--latex",
      paramLabel = "DIR",
      description = "A new folder for every table as LaTeX, with booktabs.")
  public String latex;

  @Option(
      names = "--csv",
      paramLabel = "DIR",
      description = "A new folder for every table of the report as CSV, with all digits.")
  public String csv;
}
