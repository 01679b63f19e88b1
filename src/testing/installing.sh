# What the scripts that install services share; they source it.

# need PROGRAM SERVICE: ends where a program is missing that the service cannot be installed without.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "$1 is needed to install $2: install it, then run this again." >&2
  exit 1
}

# install_jars FOLDER GROUP:ARTIFACT:VERSION…: puts Maven artifacts, and what they need to run, into FOLDER/jars.
install_jars() {
  folder=$1
  shift
  {
    echo '<project><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>throughline</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>'
    echo '<dependencies>'
    for artifact in "$@"; do
      echo "$artifact" | sed -E \
        's|(.*):(.*):(.*)|<dependency><groupId>\1</groupId><artifactId>\2</artifactId><version>\3</version></dependency>|'
    done
    echo '</dependencies></project>'
  } >"$folder/pom.xml"
  mvn --quiet --batch-mode -Dstyle.color=never --file "$folder/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$folder/jars"
}
