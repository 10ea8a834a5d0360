package io.prumerge.leaderboard;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.lang.Text;
import io.prumerge.metric.tally.MethodKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The methods of one run by number, and what is compared: the pairs within each budget, and the
 * groups of which the best is sought. Of several seeds of a method, the first stands for it.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class RunMethods implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A group of all methods of the run. */
  static final String ALL = "all";

  /** There is no such method. */
  static final int NONE = -1;

  private final String model;
  private final HashMap<String, Integer> numbers = new HashMap<>();
  private final ArrayList<String> names = new ArrayList<>();
  private final ArrayList<MethodPair> pairs;
  private final ArrayList<MethodGroup> groups = new ArrayList<>();
  private final int baseline;

  /**
   * @param budgets of one run, at least one
   */
  RunMethods(List<BudgetGroup> budgets) {
    model = budgets.get(0).model();
    baseline = budgets.get(0).baseline().map(this::number).orElse(NONE);
    Set<MethodPair> compared = new LinkedHashSet<>();
    Set<Integer> everyone = new LinkedHashSet<>();
    for (BudgetGroup group : budgets) {
      int[] firsts = group.all().stream().mapToInt(line -> number(line.get(0))).toArray();
      for (int a = 0; a < firsts.length; a++) {
        for (int b = a + 1; b < firsts.length; b++) {
          compared.add(new MethodPair(firsts[a], firsts[b]));
        }
      }
      int[] members = group.lines().stream().mapToInt(line -> number(line.get(0))).toArray();
      for (int member : members) {
        everyone.add(member);
      }
      groups.add(
          new MethodGroup(
              group.budget().name(),
              members,
              group.smallerPicture().map(this::number).orElse(NONE),
              group.all().stream().flatMap(List::stream).mapToInt(this::number).toArray()));
    }
    pairs = new ArrayList<>(compared);
    if (groups.size() > 1) {
      int[] members = everyone.stream().mapToInt(Integer::intValue).toArray();
      groups.add(new MethodGroup(ALL, members, NONE, new int[0]));
    }
  }

  /** Returns the methods of each run, by its id. */
  static Map<String, RunMethods> byRun(List<BudgetGroup> groups) {
    Map<String, List<BudgetGroup>> runs = new HashMap<>();
    groups.forEach(one -> runs.computeIfAbsent(one.runId(), absent -> new ArrayList<>()).add(one));
    Map<String, RunMethods> methods = new HashMap<>();
    runs.forEach((run, own) -> methods.put(run, new RunMethods(own)));
    return methods;
  }

  private int number(MethodKey method) {
    return numbers.computeIfAbsent(
        method.method(),
        name -> {
          names.add(name);
          return names.size() - 1;
        });
  }

  /** Returns a method's number; {@link #NONE} for one that is not compared. */
  int number(String method) {
    return numbers.getOrDefault(method, NONE);
  }

  String name(int number) {
    if (number < 0 || number >= names.size()) {
      throw new IllegalArgumentException(Text.format("No method %d of %d", number, names.size()));
    }
    return names.get(number);
  }

  String model() {
    return model;
  }

  int size() {
    return names.size();
  }

  int baseline() {
    return baseline;
  }

  List<MethodPair> pairs() {
    return pairs;
  }

  List<MethodGroup> groups() {
    return groups;
  }
}
