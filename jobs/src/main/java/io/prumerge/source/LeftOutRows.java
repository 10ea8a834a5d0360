package io.prumerge.source;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Rows of a benchmark's files that cannot be read: they are left out, counted and named, and the
 * others are read. A file most of whose rows are such is no file of this benchmark. What becomes of
 * each row that is read stands in the {@link #account}.
 */
public final class LeftOutRows {

  /** Rows that are named in one line. */
  private static final int NAMED = 3;

  /** Rows that are named at all. */
  private static final int KEPT = 20;

  private final Named named;
  private final RowAccount account;
  private final RowUse use;
  private final Optional<SideAccount> side;
  private Optional<Counted> together = Optional.empty();
  private Optional<LeftOutRows> looking = Optional.empty();

  /**
   * Creates an account of rows each of which is a question, or an answer, of which none is read.
   */
  public LeftOutRows() {
    this(new Named(), new RowAccount(), RowUse.QUESTIONS, Optional.empty());
  }

  private LeftOutRows(Named named, RowAccount account, RowUse use, Optional<SideAccount> side) {
    this.named = named;
    this.account = account;
    this.use = use;
    this.side = side;
  }

  /** What is said about rows that are left out, whatever they are read for. */
  private static final class Named {
    private final List<String> first = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private long unnamed;
    private long count;
  }

  /**
   * Returns the same for rows that belong to the questions of other files, as annotations do.
   *
   * @param file the name of theirs
   */
  public LeftOutRows beside(String file) {
    return new LeftOutRows(named, account, use, Optional.of(account.side(file)));
  }

  /**
   * Returns an account of rows that belong to the questions of other files, of which one that
   * cannot be read matters, and is said, only with a question that needs it.
   *
   * @param file the name of theirs
   */
  public LeftOutRows whereNeeded(String file) {
    return new LeftOutRows(new Named(), account, use, Optional.of(account.side(file)));
  }

  /** Returns the same for rows that are kept, and become questions by {@link #ofKept}. */
  public LeftOutRows keeping() {
    return new LeftOutRows(named, account, RowUse.KEPT, Optional.empty());
  }

  /** Returns the same for the rows of {@link #keeping}, each read for the second time. */
  public LeftOutRows ofKept() {
    return new LeftOutRows(named, account, RowUse.ASKED_LATER, Optional.empty());
  }

  /** Returns the account of rows that are only looked at, before they are read. */
  public LeftOutRows looking() {
    looking = looking.or(() -> Optional.of(new LeftOutRows()));
    return looking.get();
  }

  /** Returns what became of all rows. */
  public RowAccount account() {
    return account;
  }

  /**
   * A row that is left out, and the id of its question if that can be read. There may be half a
   * million: an exception has a kilobyte and more, its message a tenth.
   */
  private record Reason(String why, Optional<String> id) {}

  /** The rows of one table so far. */
  private static final class Counted {
    private final List<Reason> reasons = new ArrayList<>();
    private Optional<DataException> first = Optional.empty();
    private long rows;
  }

  /** Reads the files of one table, each by {@link LeftOutRows#read}. */
  @FunctionalInterface
  public interface PartsReader {
    void read() throws IOException;
  }

  /** Reads the rows of one file. */
  @FunctionalInterface
  public interface RowReader<T> {

    /**
     * Passes every row to {@code sink}.
     *
     * @throws DataException if the file itself is invalid
     */
    void read(Consumer<T> sink) throws IOException;
  }

  /**
   * Passes every row to {@code sink}, and leaves out those of which it says that they are invalid.
   *
   * @throws DataException that of the first invalid row, if more than half of the rows are such; or
   *     one that is {@link DataException#ofFile}, or {@link DataException#unmatched} though no row
   *     was left out before
   */
  public <T> void read(RowReader<T> file, Consumer<T> sink) throws IOException {
    read(file, sink, row -> Optional.empty());
  }

  /**
   * Does the same where rows are questions.
   *
   * @param id returns the id of a question as answers have it, if it can be read
   */
  public <T> void read(RowReader<T> file, Consumer<T> sink, Function<T, Optional<String>> id)
      throws IOException {
    Counted counted = together.orElseGet(Counted::new);
    List<Reason> reasons = counted.reasons;
    file.read(
        row -> {
          counted.rows++;
          try {
            read(() -> sink.accept(row));
          } catch (DataException e) {
            if (e.isOfFile() || e.isUnmatched() && count() + reasons.size() == 0) {
              throw e;
            }
            counted.first = counted.first.or(() -> Optional.of(e));
            reasons.add(new Reason(e.getMessage(), id(row, id).or(account::id)));
          }
        });
    if (together.isEmpty()) {
      add(counted);
    }
  }

  /**
   * Reads files that are one table: whether most rows are invalid is asked of all of them together.
   *
   * @throws DataException as {@link #read}
   */
  public void readTogether(PartsReader parts) throws IOException {
    Counted all = new Counted();
    together = Optional.of(all);
    try {
      parts.read();
    } finally {
      together = Optional.empty();
    }
    add(all);
  }

  private void add(Counted counted) {
    if (2L * counted.reasons.size() > counted.rows) {
      throw counted.first.orElseThrow();
    }
    counted.reasons.forEach(reason -> add(reason.why(), reason.id()));
  }

  /** Reads the next row of {@link #beside}, and leaves it out if it cannot be read. */
  public void readNext(Runnable row) {
    try {
      account.readNext(side.orElseThrow(), row);
    } catch (DataException e) {
      if (e.isOfFile()) {
        throw e;
      }
      add(e);
    }
  }

  private void read(Runnable row) {
    if (side.isPresent()) {
      account.read(side.get(), row);
    } else {
      account.read(use, row);
    }
  }

  private static <T> Optional<String> id(T row, Function<T, Optional<String>> id) {
    try {
      return id.apply(row);
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  /** Returns the account of the rows of {@link #beside}. */
  public SideAccount side() {
    return side.orElseThrow();
  }

  /** Counts rows of splits that were not asked for, which are told apart before rows are read. */
  public void addOfOtherSplits(long number) {
    if (side.isPresent()) {
      side.get().addUnasked(number);
    } else {
      account.addOfOtherSplits(number);
    }
  }

  /** Adds a row that is left out. */
  public void add(DataException reason) {
    add(reason.getMessage(), Optional.empty());
  }

  private void add(String reason, Optional<String> id) {
    if (side.isEmpty()) {
      account.leaveOut(use, reason);
    }
    named.count++;
    if (id.isPresent()) {
      named.ids.add(id.get());
    } else {
      named.unnamed++;
    }
    name(reason);
  }

  /**
   * Adds the rows that were left out of another file.
   *
   * @param names names the file in messages
   */
  public void addAll(LeftOutRows others, UnaryOperator<String> names) {
    account.addAll(others.account);
    named.count += others.named.count;
    named.unnamed += others.named.unnamed;
    named.ids.addAll(others.named.ids);
    others.named.first.forEach(reason -> name(names.apply(reason)));
  }

  private void name(String reason) {
    // Rows that are scored together have one reason.
    if (named.first.size() < KEPT && !named.first.contains(reason)) {
      named.first.add(reason);
    }
  }

  /** Returns how many rows were left out, and why the first ones, as a warning; none if none. */
  public Optional<String> warning() {
    return count() == 0 ? Optional.empty() : Optional.of(sentence() + ": " + reasons());
  }

  /**
   * Returns the same as warnings that name more rows: each distinct reason once, of many only the
   * first ones.
   */
  public List<String> warnings() {
    return named.first.size() <= NAMED
        ? warning().stream().toList()
        : Stream.concat(named.first.stream(), Stream.of(sentence())).toList();
  }

  private String sentence() {
    return Text.format(
        "%s cannot be read and %s left out, so scores are over fewer questions",
        Texts.count(count(), "row"), count() == 1 ? "is" : "are");
  }

  /** Returns why the first rows were left out. */
  public String reasons() {
    List<String> some = named.first.subList(0, Math.min(NAMED, named.first.size()));
    return String.join("; ", some) + (count() > some.size() ? "; ..." : "");
  }

  /** Returns the ids of the questions that were left out, as far as their rows say them. */
  public Set<String> ids() {
    return Set.copyOf(named.ids);
  }

  /** Returns the number of rows that were left out and do not say their question's id. */
  public long unnamed() {
    return named.unnamed;
  }

  /** Returns the number of rows that were left out. */
  public long count() {
    return named.count;
  }
}
