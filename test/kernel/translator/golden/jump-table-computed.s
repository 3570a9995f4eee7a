# A switch as gcc -O0 makes it of a variable in memory: the address of the table's entry is computed in a register.
        cmp     dword ptr [esp+4], 2
        ja      4f
        mov     eax, [esp+4]
        shl     eax, 2
        add     eax, offset table
        mov     eax, [eax]
        jmp     eax
1:      mov     ebx, 10
        ret
2:      mov     ebx, 20
        ret
3:      mov     ebx, 30
4:      ret

        .section .rodata
table:  .long   1b, 2b, 3b
# 0x1000: 83 7c 24 04 02 77 21 8b 44 24 04 c1 e0 02 05 00 20 00 00 8b 00 ff e0 bb 0a 00 00 00 c3 bb 14 00 00 00 c3 bb 1e 00 00 00 c3
# 0x2000: 17 10 00 00 1d 10 00 00 23 10 00 00
