package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * lmms-eval's {@code --log_samples}: lines of JSON since 0.2.4 ({@code evaluation_tracker.py}), the
 * field {@code logs} of a document before; also the trees that VTC-Bench makes of them.
 */
final class LmmsEvalLog implements LogForm {

  private static final String LOGS = "logs";

  @Override
  public AnswerForm form() {
    return AnswerForm.LMMS_EVAL;
  }

  @Override
  public boolean recognises(Path file, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(file, hadoop)
        .filter(first -> isRow(first) || isRow(first.path(LOGS).path(0)))
        .isPresent();
  }

  private static boolean isDocument(Path file, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(file, hadoop)
        .filter(document -> isRow(document.path(LOGS).path(0)))
        .isPresent();
  }

  private static boolean isRow(JsonNode row) {
    return row.has(LmmsEvalRow.DOC_ID)
        && (row.has(LmmsEvalRow.FILTERED) || row.has(LmmsEvalRow.RAW));
  }

  @Override
  public LogSettings settings(Path file, Configuration hadoop) throws IOException {
    return LmmsEvalResults.beside(file, hadoop);
  }

  @Override
  public boolean isPlain(Path file, Configuration hadoop) {
    return true;
  }

  @Override
  public void read(Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<LogRow> sink)
      throws IOException {
    if (isDocument(file, hadoop)) {
      JsonItems.arrayIn(file, LOGS, hadoop, leftOut, line -> sink.accept(LmmsEvalRow.of(line)));
    } else {
      JsonLines.read(file, hadoop, leftOut, line -> sink.accept(LmmsEvalRow.of(line)));
    }
  }
}
