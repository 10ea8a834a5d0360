package io.prumerge.store;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.RowCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent to endpoints for questions. A request is a question that was sent, however often.
 *
 * @param requests questions that were sent
 * @param tries how often they were, all together
 * @param reused questions that were not sent, because their answer is from a cache
 */
public record SentRequests(long requests, long tries, long reused) {

  String sentence() {
    List<String> parts = new ArrayList<>();
    parts.add(
        Texts.count(requests, "request")
            + (tries == requests ? "" : Text.format(" in %,d tries", tries)));
    RowCounts.add(parts, reused, "answered from a cache");
    return String.join(", ", parts);
  }
}
