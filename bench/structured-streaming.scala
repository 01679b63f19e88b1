// Sessions of devices by Spark Structured Streaming, for bench/structured-streaming.ts: a file of events is a batch.
import java.lang.management.ManagementFactory
import java.nio.file.{Files, Paths}
import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.functions._
import org.apache.spark.sql.streaming.Trigger

val folder = spark.conf.get("spark.throughline.folder")
val process = ManagementFactory.getPlatformMXBean(classOf[com.sun.management.OperatingSystemMXBean])
val cpuSeconds = scala.collection.mutable.Map[Long, Double]()

def write(sessions: DataFrame, batch: Long): Unit = {
  sessions.write.parquet(s"$folder/sessions/$batch")
  cpuSeconds(batch) = process.getProcessCpuTime / 1e9
}

// Two fields are all that is read of an event; a line that is cut short has none.
val events = (spark.readStream
  .schema("anonymousId string, timestamp timestamp")
  .option("maxFilesPerTrigger", "1")
  .json(s"$folder/events")
  .where("anonymousId is not null and timestamp is not null"))

// No event is an hour late, so none is dropped, and the state holds no older sessions than those that may still grow.
val sessions = (events
  .withWatermark("timestamp", "1 hour")
  .groupBy(col("anonymousId"), session_window(col("timestamp"), "30 minutes"))
  .agg(min("timestamp").as("first"), max("timestamp").as("last"), count("*").as("events"))
  .selectExpr("anonymousId as device", "unix_micros(first) as started_us", "unix_micros(last) as ended_us", "events"))

// Spark refuses the mode `update` for session windows: each session is written once, when the watermark has closed it.
val query = (sessions.writeStream
  .outputMode("append")
  .trigger(Trigger.AvailableNow())
  .option("checkpointLocation", s"$folder/checkpoint")
  .foreachBatch(write _)
  .start())
query.awaitTermination()

val batches = query.recentProgress.map { progress =>
  s"""{"cpuSeconds":${cpuSeconds.getOrElse(progress.batchId, 0.0)},"progress":${progress.json}}"""
}
Files.writeString(Paths.get(folder, "version"), spark.version)
Files.writeString(Paths.get(folder, "batches.ndjson"), batches.mkString("\n"))
System.exit(0)
