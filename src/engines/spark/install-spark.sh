#!/bin/sh
# Installs Apache Spark, for `make test-services`, below .cache/services: pyspark carries the whole of it, and
# Maven has what reads S3. What is there is kept; what cannot be installed is an error.
set -eu

spark='4.1.4'
# The Hadoop that this Spark carries: another one's connector fails in the middle of a query.
hadoop='3.4.2'

root=$(cd "$(dirname "$0")/../../.." && pwd)
target="$root/.cache/services/spark"

need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "$1 is needed to install Apache Spark: install it, then run this again." >&2
  exit 1
}

need java
if [ ! -e "$target/$spark" ]; then
  need python3
  need mvn
  rm -rf "$target"
  mkdir -p "$target/download"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary :all: --dest "$target/download" "pyspark==$spark"
  # Its programs and jars are in the archive as they are; nothing of Python is installed.
  tar -xzf "$target/download/pyspark-$spark.tar.gz" -C "$target" --strip-components=2 \
    "pyspark-$spark/deps/bin" "pyspark-$spark/deps/jars"
  rm -r "$target/download"
  cat >"$target/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>throughline</groupId>
  <artifactId>s3a</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-aws</artifactId><version>$hadoop</version></dependency>
  </dependencies>
</project>
POM
  mvn --quiet --batch-mode -Dstyle.color=never --file "$target/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$target/jars"
  touch "$target/$spark"
fi

echo "Installed: Apache Spark $spark, hadoop-aws $hadoop"
