#!/bin/sh
# Installs Apache Kafka, for `make test-services`, below .cache/services: its programs are ordinary Maven
# artifacts. What is there is kept; what cannot be installed is an error.
set -eu

kafka='4.1.1'

root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/.cache/services/kafka"

need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "$1 is needed to install Apache Kafka: install it, then run this again." >&2
  exit 1
}

need java
if [ ! -e "$target/$kafka" ]; then
  need mvn
  rm -rf "$target"
  mkdir -p "$target"
  cat >"$target/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>throughline</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
  mvn --quiet --batch-mode -Dstyle.color=never --file "$target/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$target/jars"
  touch "$target/$kafka"
fi

echo "Installed: Apache Kafka $kafka"
