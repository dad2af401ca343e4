#!/bin/sh
# Play the Bluetooth scenarios to a real bluetoothd and a real Linux kernel, in a virtual machine.
# README.md beside this file says what is needed and what it does; nothing is installed.
set -eu
cd "$(dirname "$0")/../.."

QEMU=${QEMU:-qemu-system-x86_64}
CACHE=${CACHE:-build/bluez-vm}
LIMIT_S=${LIMIT_S:-1800}
# The kernel's modules: the disk that is this machine's own, and Bluetooth with what its pairing needs.
DISK="virtio_pci 9pnet_virtio 9p overlay"
CRYPTO="ctr ecb cmac sha512_generic hmac sha3_generic jitterentropy_rng drbg ecdh_generic"
BLUETOOTH="$CRYPTO bluetooth algif_hash algif_skcipher hci_vhci"

refuse() {
	echo "The virtual machine was not started: $1" >&2
	exit 2
}

command -v "$QEMU" >/dev/null || refuse "there is no $QEMU. On Debian: apt install qemu-system-x86 (or name one: QEMU=/path)."
[ "$(uname -m)" = x86_64 ] || refuse "it is made for x86_64; this is $(uname -m)."
for tool in apt-get dpkg-deb dbus-daemon gzip; do
	command -v "$tool" >/dev/null || refuse "there is no $tool; the kernel and BlueZ come as Debian packages."
done
[ -x .venv/bin/python ] || refuse "there is no .venv: run make first."

# --- once: a kernel with Bluetooth, bluetoothd, a shell for the first moments -------------------
if [ ! -e "$CACHE/complete" ]; then
	rm -rf "$CACHE"
	mkdir -p "$CACHE/packages" "$CACHE/root"
	image=$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')
	[ -n "$image" ] || refuse "apt knows no linux-image-amd64: run apt-get update, on Debian."
	echo "Fetching $image, bluez, busybox and the libraries of bluez (80 MB)."
	(cd "$CACHE/packages" && apt-get download --quiet "$image" bluez busybox-static libglib2.0-0 libdbus-1-3 libudev1)
	for package in "$CACHE"/packages/*.deb; do dpkg-deb --extract "$package" "$CACHE/root"; done
	rm -r "$CACHE/packages"
	touch "$CACHE/complete"
fi
root=$(realpath "$CACHE/root")
kernel=$(echo "$root"/boot/vmlinuz-*)
version=${kernel##*/vmlinuz-}
modules=lib/modules/$version
busybox=$root/bin/busybox
[ -e "$busybox" ] || busybox=$root/usr/bin/busybox

# --- the first file system: a shell, all modules that are needed, and what to do ----------------
first=$(mktemp --directory)
trap 'rm -rf "$first"' EXIT
mkdir -p "$first/bin" "$first/$modules" "$first/proc" "$first/sys" "$first/dev" "$first/host" "$first/over" "$first/new"
cp "$busybox" "$first/bin/busybox"
cp "$root/$modules"/modules.order "$root/$modules"/modules.builtin "$first/$modules/"
[ -s "$root/$modules/modules.dep" ] || "$busybox" depmod -b "$root" "$version"
for name in $DISK $BLUETOOTH virtio_rng; do
	sed -n "s|^\(\([^:]*/\)\?$(echo "$name" | sed 's/[-_]/[-_]/g')\.ko\): *\(.*\)|\1 \3|p" "$root/$modules/modules.dep"
done | tr ' ' '\n' | sort -u | grep . | while read -r file; do
	mkdir -p "$first/$modules/$(dirname "$file")"
	cp "$root/$modules/$file" "$first/$modules/$file"
done
"$busybox" depmod -b "$first" "$version"
sed -e "s|@DISK@|$DISK|" -e "s|@BLUETOOTH@|$BLUETOOTH|" -e "s|@BLUEZ@|$root|" -e "s|@PROJECT@|$PWD|" -e "s|@ARGUMENTS@|$*|" \
	tests/qemu/init.sh >"$first/init"
chmod +x "$first/init"
archive=$(realpath "$CACHE")/first.cpio.gz
(cd "$first" && find . | "$busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$archive"

# --- the machine: this one's files, read only; what it writes goes to its memory -----------------
log=$(realpath "$CACHE")/console.log
echo "Starting Linux $version without hardware help: this takes some minutes. Console: $log"
timeout "$LIMIT_S" "$QEMU" -accel tcg -cpu max -smp 2 -m 2048 -nographic -no-reboot -nodefaults \
	-serial stdio -kernel "$kernel" -initrd "$archive" \
	-append "console=ttyS0 quiet panic=-1 random.trust_cpu=on" \
	-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
	</dev/null 2>&1 | tee "$log" | tr -d '\r' || true
code=$(tr -d '\r' <"$log" | sed -n 's/^bluez-vm ended with \([0-9]*\)$/\1/p' | tail -1)
[ -n "$code" ] || { echo "The machine ended before the tests did; see $log" >&2; exit 1; }
exit "$code"
