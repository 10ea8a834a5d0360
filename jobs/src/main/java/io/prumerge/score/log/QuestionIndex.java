package io.prumerge.score.log;

import io.prumerge.benchmark.BenchmarkQuestion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All questions of a split, with what rows of logs name them by. The driver holds them: about half
 * a kilobyte each.
 */
public final class QuestionIndex {

  private final List<IndexedQuestion> questions = new ArrayList<>();
  private final Postings ids = new Postings();
  private final Postings pictures = new Postings();
  private final Map<String, List<Integer>> categories = new LinkedHashMap<>();
  private final BitSet repeated = new BitSet();
  private boolean oneText;

  private QuestionIndex() {}

  /**
   * Reads all questions.
   *
   * @param all in the order of the benchmark's files, under ids that differ
   */
  public static QuestionIndex of(Iterator<BenchmarkQuestion> all) {
    QuestionIndex index = new QuestionIndex();
    Map<String, Integer> texts = new HashMap<>();
    while (all.hasNext()) {
      index.add(all.next(), texts);
    }
    index.oneText = texts.size() == 1 && index.size() > 1;
    return index;
  }

  private void add(BenchmarkQuestion question, Map<String, Integer> texts) {
    int number = questions.size();
    IndexedQuestion indexed = IndexedQuestion.of(question);
    questions.add(indexed);
    categories.computeIfAbsent(indexed.category(), one -> new ArrayList<>()).add(number);
    ids.add(question.id(), number);
    if (question.extra().containsKey(BenchmarkQuestion.FILE_ID)) {
      ids.add(question.fileId().asText(), number);
    }
    for (String picture : indexed.pictures()) {
      pictures.add(PictureName.stem(picture), number);
    }
    Integer before = texts.putIfAbsent(Agreement.folded(indexed.question()), number);
    if (before != null) {
      repeated.set(before);
      repeated.set(number);
    }
  }

  /** Returns the number of questions. */
  public int size() {
    return questions.size();
  }

  /** Returns the question at a position, from 0. */
  IndexedQuestion question(int number) {
    return questions.get(number);
  }

  /** Returns the questions of each category, if there are several. */
  Stream<int[]> categories() {
    return categories.size() < 2
        ? Stream.empty()
        : categories.values().stream()
            .map(numbers -> numbers.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Compares what a row and a question ask, unless all questions ask the same of pictures. */
  Agreement text(LogRow row, int number) {
    return oneText ? Agreement.UNKNOWN : Agreement.ofText(row, question(number));
  }

  /**
   * Compares a row with the question at its position. Where one of both has no right answer that
   * can be compared, a text that others have too says nothing.
   */
  Agreement at(LogRow row, int number) {
    Agreement text = text(row, number);
    Agreement target = Agreement.ofTarget(row, question(number));
    if (text == Agreement.OTHER || target == Agreement.OTHER) {
      return Agreement.OTHER;
    }
    if (oneText) {
      return target;
    }
    return target == Agreement.UNKNOWN && repeated.get(number) ? Agreement.UNKNOWN : text;
  }

  /** Returns the questions that this project or the benchmark's files call so. */
  int[] called(String id) {
    return ids.of(id);
  }

  /** Returns the questions about a picture. */
  List<Integer> about(String picture) {
    List<Integer> found = new ArrayList<>();
    for (int number : pictures.of(PictureName.stem(picture))) {
      if (questions.get(number).pictures().stream()
          .anyMatch(name -> PictureName.same(name, picture))) {
        found.add(number);
      }
    }
    return found;
  }
}
