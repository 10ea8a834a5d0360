package io.prumerge.score;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.DocumentFrequencies;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The terms of all questions' references that profiles score by, by {@link Corpus}. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class Corpora implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Where no profile has any. */
  static final Corpora NONE = new Corpora();

  /** A row for each term of each question, and one with this term for each question. */
  static final StructType TERMS =
      StructType.fromDDL("benchmark STRING, split STRING, profile STRING, term STRING");

  private static final String DOCUMENT = "";

  private record Key(String benchmark, String split, String profile) implements Serializable {}

  private final HashMap<Key, DocumentFrequencies> all = new HashMap<>();

  private Corpora() {}

  /** Returns a row of {@link #TERMS}. */
  static Row row(String benchmark, String split, String profile, String term) {
    return RowFactory.create(benchmark, split, profile, term);
  }

  /** Returns the row that counts a question. */
  static Row document(String benchmark, String split, String profile) {
    return row(benchmark, split, profile, DOCUMENT);
  }

  /**
   * Counts terms on executors. The driver gets those that at least two questions have: about a
   * hundred bytes each, and a hundred thousand of the captions of 5,000 images.
   *
   * @param terms rows of {@link #TERMS}
   */
  static Corpora of(Dataset<Row> terms) {
    Column[] columns = {col("benchmark"), col("split"), col("profile"), col("term")};
    Iterator<Row> counts =
        terms
            .groupBy(columns)
            .count()
            .where(col("count").gt(1).or(col("term").equalTo(DOCUMENT)))
            .toLocalIterator();
    Map<Key, Map<String, Long>> byKey = new HashMap<>();
    while (counts.hasNext()) {
      Row row = counts.next();
      byKey
          .computeIfAbsent(
              new Key(row.getString(0), row.getString(1), row.getString(2)),
              absent -> new HashMap<>())
          .put(row.getString(3), row.getLong(4));
    }
    Corpora corpora = new Corpora();
    byKey.forEach(
        (key, repeated) -> {
          long documents = repeated.remove(DOCUMENT);
          corpora.all.put(key, new DocumentFrequencies(documents, repeated));
        });
    return corpora;
  }

  /** Returns the frequencies among the questions of a split that have references. */
  DocumentFrequencies of(String benchmark, String split, String profile) {
    return all.get(new Key(benchmark, split, profile));
  }
}
