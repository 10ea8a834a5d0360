package io.prumerge.run;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * New folders that get a report's tables in other forms.
 *
 * @param latex for LaTeX, if it is wanted
 * @param csv for CSV, if it is wanted
 */
public record ReportExports(Optional<Path> latex, Optional<Path> csv) {

  public static final ReportExports NONE = new ReportExports(Optional.empty(), Optional.empty());
}
