package io.prumerge.launch;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.metric.Inference;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.RunSetting;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The settings of a report, as the command line or code gives them. */
public final class ReportingSettings {

  @Mixin
  public final GivenOption<List<String>> runs =
      GivenOption.texts(Setting.RUNS).required().help("DIR", "Folders of finished runs.");

  @Mixin
  public final GivenOption<Boolean> partial =
      GivenOption.flag(Setting.PARTIAL)
          .help(
              "Also take unfinished runs: the report is about their committed chunks, and says"
                  + " so.");

  @Mixin
  public final GivenOption<List<String>> examples =
      CommonOptions.examples("Tables with the images; default: the tables that the runs name.");

  @Mixin
  public final GivenOption<String> output =
      CommonOptions.output("A new folder for the report.").required();

  @Mixin
  public final GivenOption<String> baseline =
      GivenOption.text(Setting.BASELINE)
          .proposing(TokenReducers.names())
          .help(
              "SPEC",
              "Method, or label of answers, that the others are compared with; default "
                  + Inference.BASELINE
                  + ".");

  @Mixin
  public final GivenOption<String> published =
      GivenOption.text(Setting.PUBLISHED).help("FILE", RunSetting.PUBLISHED_HELP);

  @Mixin
  public final GivenOption<Integer> replicates =
      GivenOption.of(Setting.REPLICATES, Integer.class)
          .help(
              "N",
              "Bootstrap replicates for the intervals of metrics without a maximum; default "
                  + Inference.DEFAULT_REPLICATES
                  + ", 100 to 100000.");

  @Mixin
  public final GivenOption<String> latex =
      GivenOption.text(Setting.LATEX)
          .help("DIR", "A new folder for every table as LaTeX, with booktabs.");

  @Mixin
  public final GivenOption<String> csv =
      GivenOption.text(Setting.CSV)
          .help("DIR", "A new folder for every table of the report as CSV, with all digits.");
}
