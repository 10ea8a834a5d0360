package io.prumerge.spark;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Looks at a session before a job of this project runs in it. */
public final class UsableSession {

  private UsableSession() {}

  /**
   * Returns the session.
   *
   * @throws IllegalArgumentException if it is one of Spark Connect, or as {@link
   *     KryoRegistration#requireOptional}
   */
  public static SparkSession of(SparkSession session) {
    KryoRegistration.requireOptional(context(session::sparkContext).getConf());
    return session;
  }

  /** Returns the context that a session gives out: one of Spark Connect has none. */
  static SparkContext context(Supplier<SparkContext> session) {
    try {
      return session.get();
    } catch (UnsupportedOperationException | NoSuchMethodError e) {
      throw new IllegalArgumentException(
          "Cannot use a session of Spark Connect: jobs plan their tasks in the driver, which such a"
              + " session has on its server; start a session without a remote (SparkSession.builder()"
              + " with a master), or give the job to spark-submit",
          e);
    }
  }
}
