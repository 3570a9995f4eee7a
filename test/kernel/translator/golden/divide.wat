;; Division checks what the CPU would refuse, before it divides.
;; 0x00001000  99                    cdq
  local.get $eax
  i32.const 31
  i32.shr_s
  local.set $edx
;; 0x00001001  f7 f9                 idiv ecx
  local.get $ecx
  local.set $local18
  local.get $eax
  local.set $local19
  local.get $local18
  i32.eqz
  if $3
    i32.const 4097
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local18
  i32.const -1
  i32.eq
  local.get $local19
  i32.const -2147483648
  i32.eq
  i32.and
  if $4
    i32.const 4097
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local19
  local.get $local18
  i32.div_s
  local.set $eax
  local.get $local19
  local.get $eax
  local.get $local18
  i32.mul
  i32.sub
  local.set $edx
;; 0x00001003  31 d2                 xor edx, edx
  local.get $edx
  local.get $edx
  i32.xor
  local.set $edx
;; 0x00001005  f7 33                 div dword ptr [ebx]
  local.get $ebx
  local.tee $address
  i32.load
  local.set $local20
  local.get $eax
  local.set $local21
  local.get $local20
  i32.eqz
  if $5
    i32.const 4101
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local21
  local.get $local20
  i32.div_u
  local.set $eax
  local.get $local21
  local.get $eax
  local.get $local20
  i32.mul
  i32.sub
  local.set $edx
;; 0x00001007  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
