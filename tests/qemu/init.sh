#!/bin/busybox sh
# The first process of the virtual machine: mount this machine's files, start D-Bus and bluetoothd,
# run the scenarios, switch off.  run.sh fills in the words between the @ signs.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
end() {
	echo "bluez-vm ended with $1"
	sync
	poweroff -f
}
for module in @DISK@; do modprobe $module || echo "no module $module"; done
mount -t tmpfs over /over
mkdir /over/upper /over/work
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host || end 3
mount -t overlay -o lowerdir=/host,upperdir=/over/upper,workdir=/over/work over /new || end 3
for module in @BLUETOOTH@; do modprobe $module || echo "no module $module"; done
modprobe virtio_rng 2>/dev/null
for folder in proc sys dev; do mount --bind /$folder /new/$folder; done
mount -t tmpfs run /new/run
mkdir -p /new/dev/shm /new/run/vm /new/var/lib/bluetooth
mount -t tmpfs shm /new/dev/shm
ip link set lo up
[ -e /dev/vhci ] || { echo "there is no /dev/vhci"; end 3; }
cat >/new/run/vm/bus.conf <<'END'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/vm/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
END
cat >/new/run/vm/play.sh <<'END'
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/run/vm
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/vm/bus HIPLEVEL_BLUEZ_VM=1
cd "@PROJECT@"
dbus-daemon --config-file=/run/vm/bus.conf --nofork &
while [ ! -S /run/vm/bus ]; do sleep 0.1; done
LD_LIBRARY_PATH="@BLUEZ@/usr/lib/x86_64-linux-gnu:@BLUEZ@/lib/x86_64-linux-gnu" \
	"@BLUEZ@/usr/libexec/bluetooth/bluetoothd" --nodetach >/run/vm/bluetoothd.log 2>&1 &
uname -sr
"@BLUEZ@/usr/libexec/bluetooth/bluetoothd" --version 2>/dev/null
.venv/bin/python -m pytest tests/qemu -p no:cacheprovider --durations=5 -q --color=no @ARGUMENTS@
code=$?
[ $code -eq 0 ] || tail -30 /run/vm/bluetoothd.log
exit $code
END
chroot /new /bin/sh /run/vm/play.sh
end $?
