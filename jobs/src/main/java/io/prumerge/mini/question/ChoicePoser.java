package io.prumerge.mini.question;

import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Chooses the number of options and the place of the right one, each with equal frequency. */
public final class ChoicePoser {

  private static final int FEWEST = 2;

  private final int most;
  private final Balance balance = new Balance();

  private record Length(int options) {}

  private record Place(int options, int place) {}

  private record Text(String hint, String question) {}

  /**
   * @param most the largest number of options a question gets
   */
  public ChoicePoser(int most) {
    this.most = most;
  }

  /**
   * Returns the question of the rarest topic, and of that topic the rarest text. The rarest answer
   * does not decide: with options from the picture, guessing the rarest one would then work well.
   */
  public ChoiceQuestion chosen(List<ChoiceQuestion> questions, SceneRandom random) {
    List<ChoiceQuestion> order = new ArrayList<>(questions);
    random.shuffle(order);
    List<Topic> topics =
        order.stream().map(ChoiceQuestion::topic).distinct().collect(Collectors.toList());
    Topic topic = balance.rarest(topics, one -> one);
    return balance.rarest(
        order.stream().filter(question -> question.topic() == topic).toList(),
        question -> new Text(question.hint(), question.text()));
  }

  public PosedChoice posed(ChoiceQuestion question, SceneRandom random) {
    int options =
        balance.rarest(shuffled(FEWEST, Math.min(most, question.most()), random), Length::new);
    int place = balance.rarest(shuffled(0, options - 1, random), one -> new Place(options, one));
    return question.posed(options, place);
  }

  private static List<Integer> shuffled(int first, int last, SceneRandom random) {
    List<Integer> numbers =
        IntStream.rangeClosed(first, last).boxed().collect(Collectors.toCollection(ArrayList::new));
    random.shuffle(numbers);
    return numbers;
  }
}
