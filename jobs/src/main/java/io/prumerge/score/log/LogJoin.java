package io.prumerge.score.log;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the questions of one log's rows. By an id, where exactly one question that has it agrees
 * with the row's text and right answer; else by position, which is believed only if all rows of the
 * file agree with what stands there; else by the picture and the question.
 */
final class LogJoin {

  private final QuestionIndex index;
  private final Positions positions;
  private Optional<DataException> contradiction = Optional.empty();
  private boolean byPosition;

  /**
   * @param positions what those of this log count
   */
  LogJoin(QuestionIndex index, Positions positions) {
    this.index = index;
    this.positions = positions;
  }

  /**
   * Returns the questions of a row: several if it stands for several settings of one question.
   *
   * @throws DataException that is {@link DataException#ofFile} if the row contradicts the question
   *     that it names: then the file is another one's, or of another order or split
   */
  Found find(LogRow row) {
    Optional<Integer> there = positions.of(row, index);
    Agreement agrees = there.map(number -> index.at(row, number)).orElse(Agreement.UNKNOWN);
    if (agrees == Agreement.OTHER) {
      contradiction = contradiction.or(() -> Optional.of(contradiction(row, there.get())));
    }
    List<Integer> pictured = pictured(row);
    if (!row.categories().isEmpty() && !pictured.isEmpty()) {
      List<Integer> settings = settings(row, pictured);
      if (!settings.isEmpty()) {
        return Found.of(settings);
      }
    }
    List<Integer> called = called(row);
    List<Integer> named = agreeing(row, called);
    if (named.size() == 1 && row.categories().size() <= 1) {
      requireBelieved();
      return Found.of(named);
    }
    if (agrees == Agreement.SAME) {
      byPosition = true;
      requireBelieved();
      return Found.of(List.of(there.get()));
    }
    if (pictured.size() == 1) {
      return Found.of(pictured);
    }
    if (agrees == Agreement.OTHER) {
      throw contradiction(row, there.get());
    }
    if (named.isEmpty() && pictured.isEmpty() && !called.isEmpty() && row.pictures().isEmpty()) {
      throw contradiction(row, called.get(0));
    }
    int fitting = Math.max(named.size(), pictured.size());
    if (fitting > 1) {
      return Found.none(Text.format("%s fits %d questions", row.called(), fitting));
    }
    return Found.none(
        there.isPresent()
            ? row.called() + " may be another question with the same text: no right answer tells"
            : row.called() + " fits no question");
  }

  private void requireBelieved() {
    if (byPosition && contradiction.isPresent()) {
      throw contradiction.get();
    }
  }

  private List<Integer> called(LogRow row) {
    List<Integer> called = new ArrayList<>();
    for (String id : row.ids()) {
      for (int number : index.called(id)) {
        if (!called.contains(number)) {
          called.add(number);
        }
      }
    }
    return called;
  }

  private List<Integer> pictured(LogRow row) {
    List<Integer> about = new ArrayList<>();
    for (String picture : row.pictures()) {
      for (int number : index.about(picture)) {
        if (!about.contains(number)) {
          about.add(number);
        }
      }
    }
    return agreeing(row, about);
  }

  private List<Integer> agreeing(LogRow row, List<Integer> some) {
    return some.stream()
        .filter(
            number -> {
              Agreement text = index.text(row, number);
              Agreement target = Agreement.ofTarget(row, index.question(number));
              return text != Agreement.OTHER
                  && target != Agreement.OTHER
                  && (text == Agreement.SAME || target == Agreement.SAME);
            })
        .toList();
  }

  /** Returns the question of each of a row's categories; none if one of them has several. */
  private List<Integer> settings(LogRow row, List<Integer> some) {
    TreeMap<String, Integer> byCategory = new TreeMap<>();
    for (int number : some) {
      String category = index.question(number).category();
      if (row.categories().contains(category) && byCategory.put(category, number) != null) {
        return List.of();
      }
    }
    return byCategory.values().stream().sorted().toList();
  }

  private DataException contradiction(LogRow row, int number) {
    IndexedQuestion question = index.question(number);
    return new DataException(
            Text.format(
                "%s: %s asks '%s', with the right answer '%s'; question %d of the benchmark's"
                    + " files, '%s', is '%s', with '%s': is this the log of other files, or of"
                    + " another order or split?",
                row.where(),
                row.called(),
                LogText.shown(row.asks().orElse("")),
                LogText.shown(row.answer().truth().orElse("")),
                number + 1,
                question.id(),
                LogText.shown(question.question()),
                LogText.shown(question.answers().stream().findFirst().orElse(""))))
        .ofFile();
  }

  /**
   * The questions of a row, or why it has none.
   *
   * @param questions in the order of the benchmark's files
   */
  record Found(List<Integer> questions, String problem) {

    static Found of(List<Integer> questions) {
      return new Found(questions, "");
    }

    static Found none(String problem) {
      return new Found(List.of(), problem);
    }
  }
}
