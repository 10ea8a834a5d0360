package io.prumerge;

import io.prumerge.search.FoundFront;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A finished search. Its table is read from its folder. */
public final class SearchResult {

  private final SparkSession spark;
  private final FoundFront found;

  SearchResult(SparkSession spark, FoundFront found) {
    this.spark = spark;
    this.found = found;
  }

  /** Returns the path of the table of the front. */
  public String output() {
    return found.table();
  }

  /** Returns the folder of the last rung: an ordinary run. */
  public String lastRung() {
    return found.lastRung();
  }

  /** Returns one row per candidate. */
  public Dataset<Row> front() {
    return FoundFront.TABLE.read(spark, List.of(found.table()));
  }

  /** Returns the candidates as lines of cells, all of equal length, the header first. */
  public List<List<String>> cells() {
    return found.cells();
  }

  /** Returns why the search ended, as a sentence. */
  public String end() {
    return found.end();
  }

  /** Returns everything as one JSON document. */
  public String json() {
    return found.json();
  }
}
